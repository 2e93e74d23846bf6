import { EventEmitter } from 'node:events';

/** Tells open pages that something they show may have changed. */
export class Changes {
  private readonly emitter = new EventEmitter();
  private pending = false;

  constructor() {
    // One listener per open page, and a demonstration may have many.
    this.emitter.setMaxListeners(0);
  }

  /** Marks a change; many in one turn of the event loop are told once. */
  tell(): void {
    if (this.pending) return;
    this.pending = true;
    setImmediate(() => {
      this.pending = false;
      this.emitter.emit('change');
    });
  }

  /** @returns a function that ends the subscription. */
  subscribe(listener: () => void): () => void {
    this.emitter.on('change', listener);
    return () => this.emitter.off('change', listener);
  }
}
