import { text } from '../messages/index.ts';
import { PageHeader } from '../ui/page-header.tsx';

export function Page() {
  return <PageHeader title={text.app.pages.webhooks} />;
}
