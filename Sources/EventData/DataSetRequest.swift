public import SystemPackage

/// A request for a data set, or part of one; nothing is read yet.
public protocol DataSetRequest: Sendable {
  /// The folder or archive given by the user.
  var path: FilePath { get }

  /// The selected part, as one canonical text for each selection; `all` for everything.
  var selectionText: String { get }

  /// Locates the data set.
  ///
  /// - Returns: The archive's path; `nil` for a folder.
  /// - Throws: ``DataSetError`` when there is none.
  func archive() throws(DataSetError) -> FilePath?

  /// Reads and checks everything but the recordings.
  ///
  /// - Parameters:
  ///   - early: Work on the recordings of an archive; ignored where recordings can be read at any
  ///     time.
  ///   - isCancelled: Returns whether to stop.
  /// - Throws: ``DataSetError`` for a missing or malformed file, with its line.
  func open(
    early: EarlyReading?, isCancelled: @escaping @Sendable () -> Bool
  ) throws(DataSetError) -> any EventDataSet
}

extension DataSetRequest {
  /// `all`, for data sets of which no part can be selected; others implement it.
  public var selectionText: String { "all" }

  /// `nil`, for data sets that are always folders; others implement it.
  public func archive() throws(DataSetError) -> FilePath? { nil }

  /// Reads and checks everything but the recordings.
  ///
  /// - Parameter isCancelled: Returns whether to stop.
  /// - Throws: ``DataSetError`` for a missing or malformed file, with its line.
  public func open(
    isCancelled: @escaping @Sendable () -> Bool
  ) throws(DataSetError) -> any EventDataSet {
    try open(early: nil, isCancelled: isCancelled)
  }
}
