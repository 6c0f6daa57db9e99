#!/usr/bin/env node
// `npm start`: from a fresh clone to a running Mortise with nothing but a Node on the machine (20 or later). Plain
// JavaScript without dependencies, because it runs before they are there; each step does nothing when it has nothing
// to do, so that a warm start goes straight to the server.
import { ensureDashboard } from './launch/build-dashboard.mjs';
import { ensureInstalled } from './launch/ensure-installed.mjs';
import { describeLaunchError } from './launch/launch-error.mjs';
import { pinnedNode } from './launch/pinned-node.mjs';
import { runServer } from './launch/run-server.mjs';

const log = (message) => console.error(message);

try {
  await ensureInstalled({ log });
  const node = pinnedNode();
  await ensureDashboard({ log, node });
  process.exitCode = await runServer({ node, args: process.argv.slice(2) });
} catch (error) {
  log(describeLaunchError(error));
  process.exitCode = 1;
}
