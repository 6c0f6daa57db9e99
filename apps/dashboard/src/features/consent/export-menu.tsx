import { exportLedger } from '@mortise/contract';
import { Download, FileJson, FileSpreadsheet } from 'lucide-react';
import { useState } from 'react';
import { client } from '../../app/client.ts';
import { text } from '../../messages/index.ts';
import { Button } from '../../ui/button.tsx';
import { Menu, MenuItem } from '../../ui/menu.tsx';
import { tellDone, tellError } from '../../ui/toast.tsx';
import { ledgerQuery } from './ledger-query.ts';

/** Saves the ledger as a file, as it is filtered, page after page. */
export function ExportMenu({ filters }: { filters: Readonly<Record<string, string | undefined>> }) {
  const [busy, setBusy] = useState(false);
  const save = (format: 'csv' | 'jsonl') => {
    setBusy(true);
    download(format, ledgerQuery(filters))
      .then(() => tellDone(text.consent.exported), tellError)
      .finally(() => setBusy(false));
  };
  return (
    <Menu
      trigger={
        <Button icon={<Download aria-hidden />} busy={busy}>
          {text.consent.export}
        </Button>
      }
    >
      <MenuItem icon={<FileSpreadsheet aria-hidden />} onSelect={() => save('csv')}>
        {text.consent.exportCsv}
      </MenuItem>
      <MenuItem icon={<FileJson aria-hidden />} onSelect={() => save('jsonl')}>
        {text.consent.exportJsonl}
      </MenuItem>
    </Menu>
  );
}

async function download(format: 'csv' | 'jsonl', filter: ReturnType<typeof ledgerQuery>): Promise<void> {
  const parts: string[] = [];
  let cursor: string | undefined;
  for (;;) {
    const page = await client.call(exportLedger, { query: { ...filter, format, limit: 200, cursor } });
    parts.push(page.text);
    if (page.nextCursor !== null) {
      cursor = page.nextCursor;
      continue;
    }
    const url = URL.createObjectURL(new Blob(parts, { type: page.mediaType }));
    const link = document.createElement('a');
    link.href = url;
    link.download = page.fileName;
    link.click();
    URL.revokeObjectURL(url);
    return;
  }
}
