import { testConnection, type Connection } from '@mortise/contract';
import { useMay } from '../../app/me.ts';
import { useSend } from '../../app/use-send.ts';
import { locale, text } from '../../messages/index.ts';
import { durationText } from '../../ui/moment-text.ts';
import { tellDone, tellFailure } from '../../ui/toast.tsx';
import { ConnectionActions } from './connection-actions.tsx';
import { ConnectionState } from './connection-state.tsx';
import { reconnectionOf } from './account-request.ts';
import { useConnectAccount } from './use-connect-account.tsx';
import { useProviders } from './use-providers.ts';

/** What can be done with one account and what there is to say about it, for the pages that show it. */
export function useAccount(connection: Connection) {
  const { id, provider, integrationId, environment } = connection;
  const { connect, isBusy, dialog } = useConnectAccount();
  const name = useProviders().nameOf(provider);
  const mayAct = useMay('developer');
  const test = useSend(testConnection, {
    onDone: ({ ok, fault, message, durationMs }) => {
      if (ok) tellDone(text.connections.testGoodToast(durationText(durationMs, locale)));
      else {
        const words = fault === null ? undefined : text.connections.faults[fault];
        tellFailure(words?.title(name) ?? text.connections.testBadTitle, words?.text(name) ?? message);
      }
    },
  });
  const reconnect = () => connect(reconnectionOf(connection));
  return {
    reconnect,
    /** Connects an account besides this one. */
    connectNew: () => connect({ provider, integrationId, environment }),
    isBusy,
    mayAct,
    actions: mayAct ? (
      <ConnectionActions
        connection={connection}
        onTest={() => test.mutate({ params: { id } })}
        isTesting={test.isPending}
        onReconnect={reconnect}
        isReconnecting={isBusy}
      />
    ) : undefined,
    state: (
      <ConnectionState
        connection={connection}
        provider={name}
        test={test.isPending ? undefined : test.data}
      />
    ),
    /** Stands somewhere on the page. */
    dialog,
  };
}
