import type { IntegrationFeatures, Provider } from '@mortise/contract';
import { text } from '../../messages/index.ts';
import { Checkbox } from '../../ui/checkbox.tsx';

interface FeatureFieldProps {
  value: IntegrationFeatures;
  resources: Provider['resources'];
  onChange: (value: IntegrationFeatures) => void;
}

/** What an integration may be used for. All resources on is kept as such, so that one that comes later is on too. */
export function FeatureField({ value, resources, onChange }: FeatureFieldProps) {
  const names = resources.map(({ name }) => name);
  const on = new Set(value.resources ?? names);
  const toggle = (name: string, isOn: boolean) => {
    const next = names.filter((one) => (one === name ? isOn : on.has(one)));
    onChange({ ...value, resources: next.length === names.length ? null : next });
  };
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="mb-1.5 font-medium">{text.connections.features}</legend>
      <p className="text-sm text-pretty text-ink-faint">{text.connections.featuresHint}</p>
      {resources.map(({ name, label }) => (
        <Checkbox
          key={name}
          label={text.connections.featureResource(label)}
          checked={on.has(name)}
          onChange={(isOn) => toggle(name, isOn)}
        />
      ))}
      <Checkbox
        label={text.connections.featureProxy}
        checked={value.proxy}
        onChange={(proxy) => onChange({ ...value, proxy })}
      />
      <Checkbox
        label={text.connections.featureWebhooks}
        checked={value.webhooks}
        onChange={(webhooks) => onChange({ ...value, webhooks })}
      />
    </fieldset>
  );
}
