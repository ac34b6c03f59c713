/// Bytes of a recording that are made as they are needed, in place of a mapped file's.
///
/// One thread at a time uses them.
package protocol LoadableBytes: AnyObject, Sendable {
  /// The number of all bytes.
  var byteCount: Int { get }

  /// Calls `body` with memory for all bytes, of which those that are loaded are right.
  func withBytes<Result, Failure: Error>(
    _ body: (RawSpan) throws(Failure) -> Result
  ) throws(Failure) -> Result

  /// Loads a range.
  func populate(_ range: Range<Int>) throws(DataSetError)

  /// Releases the memory of a range.
  func release(_ range: Range<Int>)
}
