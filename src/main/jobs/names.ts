import { HashTable } from './hash-table.ts';
import { fold, hash53, MAX_SEGMENT_BYTES, numbered, safeSegment, shortHash } from './segments.ts';

/**
 * The most UTF-8 bytes of a planned path. The tightest system is macOS (PATH_MAX 1024, the folder that the path is
 * put in included); S3 keys have up to 1024 bytes themselves.
 */
export const MAX_PATH_BYTES = 900;
/** Room for ` (number)/`. */
const NUMBER_BYTES = 16;
/** What folders may take: then one named by a hash and a file's name of the greatest length still fit. */
const MAX_FOLDER_BYTES = MAX_PATH_BYTES - MAX_SEGMENT_BYTES - 9 - 2 * NUMBER_BYTES;

export interface PlannedName {
  /** A relative path with `/` between its segments; a folder's ends with `/`. */
  path: string;
  isFolder: boolean;
  /** True when `path` is not the key itself. */
  renamed: boolean;
}

interface Folder {
  /** The key's segment that it stands for. */
  segment: string;
  /** Its planned path, ending in `/`; `''` is the root. */
  path: string;
  pathBytes: number;
  /** Of the folded path: equal for paths that a file system may take for one. */
  place: number;
  /** Of the key's own start up to here: who the folder belongs to. */
  owner: number;
}

/**
 * Gives every key a path of its own that is legal on Windows, macOS and Linux and stays inside the folder it is
 * unpacked to, whatever the key is. No two paths are equal without regard to case and Unicode normal form, and no
 * file has the path of a folder. A key that is legal and free keeps its name; else the segment concerned is made
 * legal (`segments.ts`) and numbered: `name (2).txt`. The same keys in the same order give the same paths.
 *
 * Distinct folders of keys stay distinct folders: `A/x` and `a/y` become `A/x` and `a (2)/y`. Segments that are empty
 * become `_`. Folders beyond `MAX_FOLDER_BYTES` are replaced by one, named by a hash.
 *
 * It remembers hashes, not names: 12 to 24 bytes a key, outside of the heap. Should two hashes be equal by chance, a name is numbered
 * without need; never do two keys share a path.
 */
export class NamePlanner {
  readonly #files = new HashTable({ values: false });
  /** Place of a folder to its owner. */
  readonly #folders = new HashTable({ values: true });
  /** Owner of a folder that had to be numbered, to that number. */
  readonly #numbers = new HashTable({ values: true });
  /** Place that was asked for and taken, to the number to try next, so that many twins cost no search each. */
  readonly #next = new HashTable({ values: true });
  /** The folders of the key before: in a listing most keys share them. */
  #trail: Folder[] = [ROOT];

  /**
   * @param key the key without the part that all keys share. One that ends in `/` is a file when `hasBytes` (its name
   *   is then `_` in that folder), else the folder itself. Each key is to be given once.
   */
  plan(key: string, hasBytes = true): PlannedName {
    const segments = key.split('/');
    const last = segments.pop() ?? '';
    const folder = this.#enter(segments);
    if (last === '' && !hasBytes && folder !== ROOT) {
      return { path: folder.path, isFolder: true, renamed: folder.path !== key };
    }
    const path = folder.path + this.#nameFile(folder, last);
    return { path, isFolder: false, renamed: path !== key };
  }

  #nameFile(folder: Folder, segment: string): string {
    const wanted = safeSegment(segment);
    const asked = hash53(fold(wanted), folder.place);
    let name = wanted;
    let place = asked;
    for (let number = this.#next.get(asked) ?? 2; this.#isTaken(place); number++) {
      name = numbered(wanted, number, true);
      place = hash53(fold(name), folder.place);
      this.#next.set(asked, number + 1);
    }
    this.#files.set(place);
    return name;
  }

  #enter(segments: string[]): Folder {
    let depth = 0;
    while (depth < segments.length && this.#trail[depth + 1]?.segment === segments[depth]) depth++;
    this.#trail.length = depth + 1;
    let folder = this.#trail[depth] ?? ROOT;
    for (; depth < segments.length; depth++) {
      const segment = segments[depth] ?? '';
      const wanted = safeSegment(segment);
      if (folder.pathBytes + Buffer.byteLength(wanted) > MAX_FOLDER_BYTES) {
        const rest = segments.slice(depth).join('/');
        return this.#nameFolder(folder, rest, `~${shortHash(rest)}`);
      }
      folder = this.#nameFolder(folder, segment, wanted);
      this.#trail.push(folder);
    }
    return folder;
  }

  #nameFolder(parent: Folder, segment: string, wanted: string): Folder {
    const owner = hash53(`${segment}/`, parent.owner);
    const asked = hash53(fold(wanted), parent.place);
    let number = this.#numbers.get(owner) ?? 1;
    let name = number === 1 ? wanted : numbered(wanted, number, false);
    let place = number === 1 ? asked : hash53(fold(name), parent.place);
    if (this.#folders.get(place) !== owner) {
      for (number = this.#next.get(asked) ?? 2; this.#isTaken(place); number++) {
        name = numbered(wanted, number, false);
        place = hash53(fold(name), parent.place);
        this.#next.set(asked, number + 1);
        this.#numbers.set(owner, number);
      }
      this.#folders.set(place, owner);
    }
    return {
      segment,
      path: `${parent.path}${name}/`,
      pathBytes: parent.pathBytes + Buffer.byteLength(name) + 1,
      place,
      owner,
    };
  }

  #isTaken(place: number): boolean {
    return this.#files.has(place) || this.#folders.has(place);
  }
}

const ROOT: Folder = { segment: '', path: '', pathBytes: 0, place: 0, owner: 0 };
