internal import FileAccess

extension FrameCache {
  /// Whether size and time of the cache's file are still those of its opening.
  ///
  /// A file that took its name is another one, and no change: the cache reads the one that it
  /// opened.
  public var isUnchanged: Bool { file.isUnchanged() }
}
