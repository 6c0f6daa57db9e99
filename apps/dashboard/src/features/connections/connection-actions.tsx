import type { Connection } from '@mortise/contract';
import { MoreHorizontal, Pencil, PlugZap, Stethoscope, Trash2, Unplug } from 'lucide-react';
import { useState } from 'react';
import { text } from '../../messages/index.ts';
import { Button } from '../../ui/button.tsx';
import { Menu, MenuItem } from '../../ui/menu.tsx';
import { DisconnectDialog } from './disconnect-dialog.tsx';
import { LabelDialog } from './label-dialog.tsx';

interface ConnectionActionsProps {
  connection: Connection;
  onTest: () => void;
  isTesting: boolean;
  onReconnect: () => void;
  isReconnecting: boolean;
}

/** What can be done with a connection: the next sensible thing stands first. */
export function ConnectionActions({
  connection,
  onTest,
  isTesting,
  onReconnect,
  isReconnecting,
}: ConnectionActionsProps) {
  const [ending, setEnding] = useState(false);
  const [labelling, setLabelling] = useState(false);
  const isOn = connection.status === 'connected';
  return (
    <>
      {isOn ? (
        <Button icon={<Stethoscope aria-hidden />} busy={isTesting} onClick={onTest}>
          {text.connections.test}
        </Button>
      ) : (
        <Button variant="primary" icon={<PlugZap aria-hidden />} busy={isReconnecting} onClick={onReconnect}>
          {text.connections.reconnect}
        </Button>
      )}
      <Menu
        trigger={
          <Button
            variant="secondary"
            size="icon"
            aria-label={text.connections.more}
            icon={<MoreHorizontal aria-hidden />}
          />
        }
      >
        <MenuItem icon={<Pencil aria-hidden />} onSelect={() => setLabelling(true)}>
          {text.connections.editLabel}
        </MenuItem>
        {isOn ? (
          <MenuItem icon={<PlugZap aria-hidden />} onSelect={onReconnect}>
            {text.connections.reconnect}
          </MenuItem>
        ) : null}
        <MenuItem
          icon={connection.status === 'disconnected' ? <Trash2 aria-hidden /> : <Unplug aria-hidden />}
          danger
          onSelect={() => setEnding(true)}
        >
          {connection.status === 'disconnected' ? text.connections.eraseRecords : text.connections.disconnect}
        </MenuItem>
      </Menu>
      {labelling ? <LabelDialog connection={connection} onClose={() => setLabelling(false)} /> : null}
      <DisconnectDialog connection={connection} open={ending} onClose={() => setEnding(false)} />
    </>
  );
}
