/** Tables of what follows runs, and of favourites (migration 0014). Instants are µs, JSON is text. */
export interface FollowingTables {
  watches: WatchRow;
  followups: FollowupRow;
  notices: NoticesRow;
  stars: StarRow;
}

/** Something may follow runs of this name that come to this state. */
export interface WatchRow {
  organization: string;
  /** Of an action; or ':' and the id of one, which tells of its own runs. */
  name: string;
  state: string;
  /** Whose definition says so. */
  action_id: string;
}

/** A run that has come to a state that something may follow. */
export interface FollowupRow {
  run: string;
  state: string;
  due_at: number;
  tries: number;
}

/** How many notifications an action has sent since an instant, and what was held back. */
export interface NoticesRow {
  organization: string;
  action_id: string;
  since: number;
  sent: number;
  held: string;
  /** When what was held back is to be told; null: nothing is. */
  due_at: number | null;
}

export interface StarRow {
  organization: string;
  email: string;
  action_id: string;
  at: number;
}
