import { json, readForm } from '../../kit/emulator/index.ts';
import { done, failure, refused } from './envelopes.ts';
import { guarded } from './guard.ts';
import { thing } from './shapes.ts';
import { findThing } from './thing-routes.ts';
import type {
  EmulatedAccount,
  EmulatorRequest,
  EmulatorResponse,
  Route,
  World,
} from '../../kit/emulator/index.ts';

type Act = (form: URLSearchParams, account: EmulatedAccount) => EmulatorResponse;

/** Posting, commenting, editing, deleting: forms, whose refusals stand in a 200. */
export function writeRoutes(world: World): Route[] {
  const submit: Act = (form, account) => {
    const [sr, title, kind] = ['sr', 'title', 'kind'].map((name) => (form.get(name) ?? '').trim());
    if (!title) return invalid(form, 'NO_TEXT', 'we need something here', 'title');
    if (!sr || !/^[A-Za-z0-9_]{2,21}$/.test(sr))
      return invalid(form, 'SUBREDDIT_NOEXIST', "that subreddit doesn't exist", 'sr');
    const url = form.get('url') ?? '';
    if (kind === 'link' && !URL.canParse(url)) return invalid(form, 'NO_URL', 'a url is required', 'url');
    const content: Record<string, string> = kind === 'link' ? { url } : { text: form.get('text') ?? '' };
    const fields = { title, subreddit: sr, kind: kind || 'self', ...content, score: '1', num_comments: '0' };
    const post = world.records.create(account.id, 'posts', fields);
    const { data } = thing(post, account) as { data: { id: string; name: string; permalink: string } };
    return done({ url: `https://www.reddit.com${data.permalink}`, id: data.id, name: data.name });
  };

  const comment: Act = (form, account) => {
    const parent = form.get('thing_id') ?? '';
    const text = form.get('text') ?? '';
    if (!/^t[13]_[a-z0-9]+$/.test(parent)) return failure(403, 'Forbidden');
    if (text.trim() === '') return refused('NO_TEXT', 'we need something here', 'text');
    const above = findThing(world, account, parent);
    const made = world.records.create(account.id, 'comments', {
      body: text,
      subreddit: above?.fields['subreddit'] ?? 'smallbusiness',
      parent_id: parent,
      link_id: parent.startsWith('t3_') ? parent : (above?.fields['link_id'] ?? 't3_unknown'),
      link_title: above?.fields['title'] ?? above?.fields['link_title'] ?? '',
      score: '1',
    });
    return done({ things: [thing(made, account)] });
  };

  const edit: Act = (form, account) => {
    const record = findThing(world, account, form.get('thing_id') ?? '');
    const text = form.get('text') ?? '';
    if (record === undefined || record.archivedAt !== undefined) return failure(403, 'Forbidden');
    if (text.trim() === '') return refused('NO_TEXT', 'we need something here', 'text');
    if (record.fields['kind'] === 'link') return failure(403, 'Forbidden');
    const edited = String(Math.floor(world.now().getTime() / 1000));
    const name = record.collection === 'posts' ? 'text' : 'body';
    const changed = world.records.update(account.id, record.collection, record.id, { [name]: text, edited });
    return done({ things: [thing(changed ?? record, account)] });
  };

  const remove: Act = (form, account) => {
    const record = findThing(world, account, form.get('id') ?? '');
    if (record !== undefined) world.records.archive(account.id, record.collection, record.id);
    return json(200, {});
  };

  const route = (path: string, scope: string, act: Act): Route => ({
    method: 'POST',
    host: 'oauth',
    path,
    handler: guarded(world, scope, (request: EmulatorRequest, account) => act(readForm(request), account)),
  });
  return [
    route('/api/submit', 'submit', submit),
    route('/api/comment', 'submit', comment),
    route('/api/editusertext', 'edit', edit),
    route('/api/del', 'edit', remove),
  ];
}

/** With `validate_on_submit` a refusal has a status and a shape of its own. */
function invalid(form: URLSearchParams, code: string, message: string, field: string): EmulatorResponse {
  if (form.get('validate_on_submit') !== 'true') return refused(code, message, field);
  return json(400, {
    fields: [field],
    explanation: message,
    message: 'Bad Request',
    reason: code,
    error_type: 'BAD_REQUEST',
  });
}
