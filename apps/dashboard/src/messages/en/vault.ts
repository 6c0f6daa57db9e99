import type { KeyRotation } from '@mortise/contract';
import { count, figure } from './count.ts';

const states: Record<KeyRotation['state'], string> = {
  queued: 'Waiting to begin',
  running: 'Under way',
  succeeded: 'Done',
  failed: 'Failed',
};

const secrets = (n: number) => count(n, 'secret', 'secrets');

export const vault = {
  title: 'Keys',
  lead: 'What seals this organisation’s secrets, and how to change it.',
  states,

  keyTitle: 'Key of this organisation',
  keyLead: 'Access tokens, client secrets and signing secrets are sealed under it. It opens nobody else’s.',
  made: 'Made',
  notMade: 'There is none yet: the first secret makes it.',
  older: 'Earlier keys',
  olderCount: (n: number) =>
    n === 0 ? 'None kept' : `${figure(n)} kept until nothing needs ${n === 1 ? 'it' : 'them'}`,
  open: 'Keys and rotation',

  rotateTitle: 'Rotate the key',
  rotateLead:
    'When somebody who could have seen the key leaves, when the database may have been copied, or as often as your rules ask for it.',
  rotate: 'Rotate key',
  rotateAgain: 'Rotate again',
  ownersOnly: 'Only an owner of this organisation can rotate it.',
  nothingToRotate: 'Nothing is sealed yet, so that there is nothing to rotate.',
  confirmTitle: 'Rotate the key of this organisation?',
  confirmText:
    'A new key is made and every secret is sealed anew under it, one after the other. Connections, syncs and webhooks go on meanwhile.',
  confirmRest:
    'It cannot be called off, and need not be watched: if the service restarts, it goes on where it was.',

  progress: 'Rotation of the key',
  countedNot: 'Counting the secrets',
  ofTotal: (done: number, total: number) => `${figure(done)} of ${secrets(total)}`,
  queuedText: 'It begins as soon as a worker is free.',
  runningText: 'Everything works meanwhile. You can leave this page: it goes on.',
  interruptedTitle: 'It was interrupted and goes on by itself',
  interruptedText:
    'What is done is done. It is taken up again where it was, within a few minutes; there is nothing for you to do.',
  doneToast: (n: number) => `Key rotated: ${secrets(n)} sealed anew`,
  failedToast: 'The rotation has failed',
  failedTitle: 'The last rotation has failed',
  unopenedText: (n: number) =>
    `${secrets(n)} ${n === 1 ? 'does' : 'do'} not open and ${n === 1 ? 'was' : 'were'} left as ${n === 1 ? 'it was' : 'they were'}. All others are under the new key.`,
  unopenedAdvice:
    'Reconnect the accounts that need it and give client secrets anew where a test fails; then rotate again. If that does not help, the operator finds the secrets named in the server’s log.',
  stoppedText: 'It was interrupted too often and has stopped. Nothing is lost: every secret still opens.',
  stoppedAdvice: 'Start it again. If it stops once more, ask the operator: the server’s log says why.',

  historyTitle: 'Past rotations',
  historyEmptyTitle: 'Never rotated',
  historyEmpty: 'Each rotation shows here, with who asked for it and how it ended.',
  requested: 'Asked for',
  by: 'By',
  sealed: 'Sealed anew',
  took: 'Took',
  state: 'State',

  masterTitle: 'Master key of the installation',
  masterText:
    'It wraps the keys of all organisations, so that it belongs to whoever operates this installation and is not changed here.',
  masterHow: 'How the operator changes it',
  masterSteps: [
    {
      words: 'Start every process with the new key, and with the present one beside it.',
      code: 'MORTISE_MASTER_KEY, MORTISE_MASTER_KEY_PREVIOUS',
    },
    {
      words:
        'With the operator key, ask for the rotation. Secrets stay as they are; the keys around them are wrapped anew.',
      code: 'POST /api/vault/master-rotation',
    },
    {
      words: 'Ask how far it is, until it says that the previous key may be dropped. Then take that away.',
      code: 'GET /api/vault/master-rotation',
    },
  ],
};
