/** An object's one alarm. A set alarm costs a row, so an earlier one is left alone. */
export class RoomAlarm {
  private readonly storage: DurableObjectStorage;
  /** Cache. */
  private atMs: number | null = null;

  constructor(storage: DurableObjectStorage) {
    this.storage = storage;
  }

  /** Finds out what was set before the object was evicted. */
  async load(): Promise<void> {
    this.atMs = await this.storage.getAlarm();
  }

  /** It rings: none is set any more. */
  rang(): void {
    this.atMs = null;
  }

  wakeAt(atMs: number): void {
    if (this.atMs !== null && this.atMs <= atMs) return;
    this.atMs = atMs;
    void this.storage.setAlarm(atMs);
  }
}
