import { useEffect, useState } from 'react';
import type { Failure } from '#shared/failure.ts';
import type { ObjectsSurvey } from '#shared/objects.ts';
import { survey, type ObjectTarget } from './store.ts';

/** Each chosen object costs a request: beyond this many, their versions are not counted. */
const KEYS_ASKED = 1000;

export interface Surveyed {
  found: ObjectsSurvey | undefined;
  failure: Failure | undefined;
  /** Chosen objects that are not in what was found. */
  notAsked: number;
}

/** What is of a target, counted while the component is there. The target must stay the same object. */
export function useSurvey(target: ObjectTarget): Surveyed {
  const [found, setFound] = useState<ObjectsSurvey>();
  const [failure, setFailure] = useState<Failure>();
  const notAsked = target.keys.length > KEYS_ASKED ? target.keys.length : 0;
  useEffect(() => {
    const { keys, prefixes, prefix } = target;
    return survey(
      target,
      { prefixes: prefix === undefined ? prefixes : [prefix], keys: notAsked > 0 ? [] : keys },
      setFound,
      setFailure,
    );
  }, [target, notAsked]);
  return { found, failure, notAsked };
}
