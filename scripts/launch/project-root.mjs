import { fileURLToPath } from 'node:url';

/** The folder that holds package.json, with a trailing separator; it follows the scripts when they are copied. */
export const projectRoot = fileURLToPath(new URL('../../', import.meta.url));
