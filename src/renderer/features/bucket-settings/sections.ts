import type { SettingName } from '#shared/bucket-settings.ts';

/** The pages of a bucket's settings. */
export type SectionId = SettingName | 'namespace';

export interface Section {
  id: SectionId;
  label: string;
  /** What it is for, in a sentence. */
  text: string;
}

export const sections: readonly Section[] = [
  {
    id: 'versioning',
    label: 'Versioning',
    text: 'Whether what is overwritten or deleted stays as an old version.',
  },
  { id: 'acl', label: 'Access', text: 'Who may list, read and write this bucket: its access control list.' },
  { id: 'cors', label: 'CORS', text: 'Which web pages may use this bucket from a browser.' },
  { id: 'tags', label: 'Tags', text: 'Names and values for costs, owners and the like.' },
  {
    id: 'lifecycle',
    label: 'Lifecycle',
    text: 'Rules by which the server moves and deletes objects by itself.',
  },
  { id: 'policy', label: 'Policy', text: 'Who may do what, in the language of IAM.' },
  {
    id: 'encryption',
    label: 'Encryption',
    text: 'How new objects are encrypted when nothing else is asked for.',
  },
  {
    id: 'objectLock',
    label: 'Object lock',
    text: 'Whether objects can be given a time in which nobody can delete them.',
  },
  { id: 'website', label: 'Website', text: 'Whether the server shows this bucket as a web site.' },
  { id: 'logging', label: 'Logging', text: 'Where the server writes down who used this bucket.' },
];

/** What HCP calls a bucket has settings of its own, which S3 does not know. */
export const namespaceSection: Section = {
  id: 'namespace',
  label: 'Namespace',
  text: 'What HCP’s Management API tells of this bucket.',
};

export const sectionsOf = (isHcp: boolean): readonly Section[] =>
  isHcp ? [...sections, namespaceSection] : sections;

export const sectionOf = (id: SectionId): Section =>
  [...sections, namespaceSection].find((section) => section.id === id) ?? namespaceSection;
