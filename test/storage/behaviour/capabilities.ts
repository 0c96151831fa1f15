import { type SettingName, settingNames } from '#shared/bucket-settings.ts';

/** In what storage systems differ: where one lacks something, the suite asks that it says so. */
export interface Capabilities {
  /** The settings of a bucket that it has. */
  settings: readonly SettingName[];
  objectAcl: boolean;
  objectTags: boolean;
  /** DeleteObjects takes versions. */
  bulkDeleteVersions: boolean;
  /** In a versioned bucket a delete leaves a marker. */
  deleteMarkers: boolean;
  /** Keys of several lines, of slashes only, and the like are stored as they are. */
  hostileKeys: boolean;
  /** Folders are objects of their own, which come and go with what is in them. */
  folderObjects: boolean;
  /** A copy heeds the ETag that its source has to have. */
  copyIfMatch: boolean;
  /** A part can be copied from an object whose key holds a `%`. */
  percentInPartSource: boolean;
  /** An object is overwritten while versioning is off. */
  overwrite: boolean;
  /** Names that objects can be stored under; the first is the usual one. */
  storageClasses: readonly string[];
  /** Bytes that a part has at least, but for the last. */
  leastPart: number;
}

export const everything: Capabilities = {
  settings: settingNames,
  objectAcl: true,
  objectTags: true,
  bulkDeleteVersions: true,
  deleteMarkers: true,
  hostileKeys: true,
  folderObjects: false,
  copyIfMatch: true,
  percentInPartSource: true,
  overwrite: true,
  storageClasses: ['STANDARD', 'STANDARD_IA'],
  leastPart: 5 * 2 ** 20,
};
