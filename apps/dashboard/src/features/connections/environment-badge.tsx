import type { Integration } from '@mortise/contract';
import { FlaskConical } from 'lucide-react';
import { text } from '../../messages/index.ts';
import { Badge } from '../../ui/badge.tsx';

/** Whether it is the real service or its emulator. */
export function EnvironmentBadge({ environment }: { environment: Integration['environment'] }) {
  return (
    <Badge className="gap-1">
      {environment === 'sandbox' ? <FlaskConical className="size-3" aria-hidden /> : null}
      {text.connections.environments[environment]}
    </Badge>
  );
}
