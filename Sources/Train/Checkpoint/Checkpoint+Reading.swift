public import SystemPackage

extension Checkpoint {
  /// Reads a checkpoint, and checks all of it.
  ///
  /// - Throws: ``TrainError`` with code `file` when it cannot be read, `checkpoint` when it is damaged or foreign;
  ///   its place names the tensor or the setting.
  public init(reading path: FilePath) throws(TrainError) {
    throw TrainError(.checkpoint, path, "", "reading checkpoints is not built yet")
  }
}
