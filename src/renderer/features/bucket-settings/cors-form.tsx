import { Plus, Trash2 } from 'lucide-react';
import { corsMethods } from '#shared/bucket-settings.ts';
import { Button } from '#renderer/ui/button.tsx';
import { Field } from '#renderer/ui/field.tsx';
import { Check } from '#renderer/ui/choices.tsx';
import { pretty } from './drafts.ts';
import { corsFormSchema, formOf, type CorsFormRule } from './form-values.ts';
import { LinesField } from './lines-field.tsx';

interface CorsFormProps {
  text: string;
  onChange: (text: string) => void;
  disabled: boolean;
}

const newRule: CorsFormRule = { AllowedOrigins: ['https://example.com'], AllowedMethods: ['GET'] };

/** The rules in a form; the JSON beside it is the same draft. */
export function CorsForm({ text, onChange, disabled }: CorsFormProps) {
  const form = text.trim() === '' ? { CORSRules: [] } : formOf(corsFormSchema, text);
  if (form === undefined)
    return <p className="note">The form shows the rules again once the JSON beside it can be read.</p>;
  const rules = form.CORSRules;
  const put = (next: CorsFormRule[]) => onChange(pretty({ ...form, CORSRules: next }));
  const change = (at: number, changes: Partial<CorsFormRule>) =>
    put(rules.map((rule, i) => (i === at ? { ...rule, ...changes } : rule)));
  return (
    <div className="cors-rules">
      {rules.length === 0 && (
        <p className="note">There is no rule: web pages of other origins are refused.</p>
      )}
      {rules.map((rule, i) => (
        // rules have no name that must be there, so they are known by their place
        <fieldset key={i} className="cors-rule">
          <legend>Rule {i + 1}</legend>
          <Button
            small
            icon={Trash2}
            className="cors-remove"
            aria-label={`Remove rule ${i + 1}`}
            disabled={disabled}
            onClick={() => put(rules.filter((_, other) => other !== i))}
          >
            Remove
          </Button>
          <LinesField
            label="Allowed origins, one a line"
            placeholder="https://example.com"
            values={rule.AllowedOrigins}
            disabled={disabled}
            onChange={(AllowedOrigins) => change(i, { AllowedOrigins })}
          />
          <div className="cors-methods" role="group" aria-label="Allowed methods">
            {corsMethods.map((method) => (
              <Check
                key={method}
                label={method}
                checked={rule.AllowedMethods.includes(method)}
                disabled={disabled}
                onChange={(checked) =>
                  change(i, {
                    AllowedMethods: corsMethods.filter((each) =>
                      each === method ? checked : rule.AllowedMethods.includes(each),
                    ),
                  })
                }
              />
            ))}
          </div>
          <LinesField
            label="Allowed headers, one a line"
            placeholder="*"
            values={rule.AllowedHeaders ?? []}
            disabled={disabled}
            onChange={(headers) => change(i, { AllowedHeaders: headers.length > 0 ? headers : undefined })}
          />
          <LinesField
            label="Exposed headers, one a line"
            placeholder="ETag"
            values={rule.ExposeHeaders ?? []}
            disabled={disabled}
            onChange={(headers) => change(i, { ExposeHeaders: headers.length > 0 ? headers : undefined })}
          />
          <div className="settings-columns">
            <Field
              label="Seconds to remember"
              inputMode="numeric"
              value={rule.MaxAgeSeconds === undefined ? '' : String(rule.MaxAgeSeconds)}
              disabled={disabled}
              onChange={(typed) => change(i, { MaxAgeSeconds: readNumber(typed) })}
            />
            <Field
              label="ID"
              value={rule.ID ?? ''}
              disabled={disabled}
              onChange={(ID) => change(i, { ID: ID === '' ? undefined : ID })}
            />
          </div>
        </fieldset>
      ))}
      <Button look="outline" icon={Plus} disabled={disabled} onClick={() => put([...rules, newRule])}>
        Add a rule
      </Button>
    </div>
  );
}

/** A whole number as a number; anything else stays text, which the check below refuses in words. */
function readNumber(typed: string): number | string | undefined {
  const text = typed.trim();
  if (text === '') return undefined;
  return /^\d+$/.test(text) ? Number(text) : text;
}
