/** Numbers in a row of memory that grows by doubling. */
export class Column {
  /** Longer than what was appended; zeros beyond. */
  values = new Float64Array(1024);
  length = 0;

  append(added: Float64Array): void {
    const length = this.length + added.length;
    if (length > this.values.length) {
      const grown = new Float64Array(Math.max(length, this.values.length * 2));
      grown.set(this.values.subarray(0, this.length));
      this.values = grown;
    }
    this.values.set(added, this.length);
    this.length = length;
  }
}
