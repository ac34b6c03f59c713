public import SystemPackage
public import Threads

/// What reading HDF5 files of other programs needs: a process of its own, and room for a copy.
public struct ForeignReading: Sendable {
  /// The program, and its first arguments, that calls
  /// ``FoundFrames/readerMain(_:memory:seconds:)``.
  public let reader: [String]
  /// A folder for a copy without a name.
  public let folder: FilePath
  /// Receives progress, and can cancel the work.
  public let observer: WorkObserver

  /// Describes the reading.
  public init(reader: [String], folder: FilePath, observer: WorkObserver) {
    self.reader = reader
    self.folder = folder
    self.observer = observer
  }
}
