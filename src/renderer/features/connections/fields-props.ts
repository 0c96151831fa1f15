import type { FieldName, FormValues, TextField } from './form-values.ts';

/** What each part of the form is given. */
export interface FieldsProps {
  values: FormValues;
  /** `field`: the one that was changed, whose error is no more. */
  onChange: (values: FormValues, field?: FieldName) => void;
  /** Joins an input to a field: its text, what is wrong with it, and when that is looked at. */
  bind: (field: TextField) => {
    name: string;
    value: string;
    error: string | undefined;
    onChange: (value: string) => void;
    onBlur: () => void;
  };
  /** A secret is stored already. */
  hasSecret: boolean;
}
