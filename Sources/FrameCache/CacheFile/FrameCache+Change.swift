internal import FileAccess

extension FrameCache {
  /// Whether the cache's file has the same size and modification time as when it was opened.
  ///
  /// A new file under the same name is not a change: the cache still reads the file that it opened.
  public var isUnchanged: Bool { file.isUnchanged() }
}
