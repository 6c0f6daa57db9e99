import { createRenewer } from './create-renewer.ts';
import { renewerConformance } from './testing/renewer-conformance.ts';

renewerConformance((_setUp, rig) => createRenewer(rig));
