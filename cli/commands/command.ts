/** A command of the CLI: what it is for, how it is called, and what it does. */
export interface Command {
  summary: string;
  /** Everything after `flightdeck`. */
  usage: string;
  /** What `--help` says besides, line by line. */
  help: readonly string[];
  options?: Record<string, { type: 'string' | 'boolean'; short?: string }>;
  maxPositionals: number;
  /** What comes after `--` is another command's. */
  takesRest?: true;
  /** Resolves to the exit code. */
  run(positionals: string[], options: Options, rest: readonly string[]): Promise<number>;
}

export class Options {
  private readonly values: Record<string, unknown>;

  constructor(values: Record<string, unknown>) {
    this.values = values;
  }

  text(name: string): string | undefined {
    const value = this.values[name];
    return typeof value === 'string' ? value : undefined;
  }

  has(name: string): boolean {
    return this.values[name] === true;
  }
}
