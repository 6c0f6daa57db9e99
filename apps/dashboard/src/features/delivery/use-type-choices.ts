import { listEventTypes } from '@mortise/contract';
import { useRead } from '../../app/use-read.ts';
import type { Choice } from '../../ui/select.tsx';
import { text } from '../../messages/index.ts';
import { familiesOf } from './event-choice.ts';

/** Types of event and their families to choose one of; `chosen` stands among them even where nobody knows it. */
export function useTypeChoices(all: string, chosen: string): Choice[] {
  const types = useRead(listEventTypes, {});
  const choices: Choice[] = [
    { value: '', label: all },
    ...familiesOf(types.data?.data ?? []).flatMap((family) => [
      { value: family.subscription, label: text.delivery.pickerFamily(family.name) },
      ...family.types.map(({ type }) => ({ value: type, label: type })),
    ]),
  ];
  return choices.some(({ value }) => value === chosen)
    ? choices
    : [...choices, { value: chosen, label: chosen }];
}
