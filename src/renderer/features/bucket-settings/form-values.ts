import { z } from 'zod';
import { JsonProblem, readJson } from './json-places.ts';

/** What the forms can show of a draft: of the right shape, though not yet right. */
const optionalText = z.string().optional();
const texts = z.array(z.string());

const corsFormRule = z.looseObject({
  ID: optionalText,
  AllowedOrigins: texts.default([]),
  AllowedMethods: texts.default([]),
  AllowedHeaders: texts.optional(),
  ExposeHeaders: texts.optional(),
  MaxAgeSeconds: z.union([z.number(), z.string()]).optional(),
});
export type CorsFormRule = z.infer<typeof corsFormRule>;
export const corsFormSchema = z.looseObject({ CORSRules: z.array(corsFormRule) });

const grantForm = z.looseObject({
  Grantee: z.looseObject({
    Type: z.enum(['CanonicalUser', 'AmazonCustomerByEmail', 'Group']),
    ID: optionalText,
    DisplayName: optionalText,
    EmailAddress: optionalText,
    URI: optionalText,
  }),
  Permission: z.string(),
});
export type GrantForm = z.infer<typeof grantForm>;
export const aclFormSchema = z.union([
  z.looseObject({ canned: z.string() }),
  z.looseObject({
    Owner: z.looseObject({ ID: z.string(), DisplayName: optionalText }),
    Grants: z.array(grantForm),
  }),
]);
export type AclForm = z.infer<typeof aclFormSchema>;

/** What a form shows of a draft's text; undefined when the text cannot be shown as one. */
export function formOf<T>(schema: z.ZodType<T>, text: string): T | undefined {
  try {
    return schema.safeParse(readJson(text).value).data;
  } catch (error) {
    if (error instanceof JsonProblem) return undefined;
    throw error;
  }
}

/** A list as it is typed, one a line: blank lines are none. */
export const readLines = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
