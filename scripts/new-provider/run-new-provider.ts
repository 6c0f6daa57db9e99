import path from 'node:path';
import { runCommand } from '../check/run-command.ts';
import { addProvider } from './add-provider.ts';
import { readRequest, RequestError } from './read-request.ts';

const root = path.join(import.meta.dirname, '../..');

try {
  const request = readRequest(process.argv.slice(2));
  const files = await addProvider(root, request);
  await runCommand(root, 'oxfmt', files);
  console.log(
    [
      ...files,
      '',
      `${request.name} works, against an emulator of an API that nobody has looked up yet:`,
      `  npm test -- providers/${request.id}    its conformance`,
      '  npm start                       its card under Integrations, its emulator in the sandbox',
      'What to look up, and what goes where: docs/guides/adding-a-provider.md',
    ].join('\n'),
  );
} catch (error) {
  if (!(error instanceof RequestError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
