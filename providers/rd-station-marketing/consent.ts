import { z } from 'zod';
import type { ConsentRegister, KnownPerson } from '../kit/index.ts';

const contact = z.looseObject({
  uuid: z.string().min(1),
  legal_bases: z.array(z.looseObject({ category: z.string(), status: z.string().nullish() })).nullish(),
});

const DECLINED = 'declined';
const at = (key: string): string => `api:/platform/contacts/${key}`;
const keyOf = (person: KnownPerson): string =>
  'externalId' in person
    ? `uuid:${encodeURIComponent(person.externalId)}`
    : `email:${encodeURIComponent(person.email)}`;

/**
 * A withdrawal is filed with a contact as a legal basis that is declined. The contact is looked for first, and changed
 * by its uuid: a change by e-mail would make whoever is not there. All bases are sent, those of other categories as
 * they are, so that it does not matter whether the list is replaced or merged (unconfirmed). That `declined` is the
 * word for it, and that a base which was not there may be added as declined, are unconfirmed. A contact may be changed
 * 24 times in 24 hours: what is declined already costs none, and past that the 429 says when to come again.
 */
export const consent: ConsentRegister = {
  resource: 'contacts',
  categories: { communications: 'communications' },
  find: (person) => ({ method: 'GET', url: at(keyOf(person)) }),
  read: (response) => contact.parse(response.json()),
  decline(found, category) {
    const { uuid, legal_bases: bases } = contact.parse(found);
    const known = bases ?? [];
    const concerned = known.filter((base) => base.category === category);
    if (concerned.length > 0 && concerned.every(({ status }) => status === DECLINED)) return undefined;
    const changed = known.map((base) => (base.category === category ? { ...base, status: DECLINED } : base));
    const added = concerned.length > 0 ? [] : [{ category, type: 'consent', status: DECLINED }];
    return {
      method: 'PATCH',
      url: at(keyOf({ externalId: uuid })),
      idempotent: true,
      json: { legal_bases: [...changed, ...added] },
    };
  },
};
