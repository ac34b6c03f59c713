public import SystemPackage

extension RecordingHeader {
  /// A warning that a recording is not from a DVS128, where one is expected; `nil` if it is.
  ///
  /// - Parameters:
  ///   - path: The recording.
  ///   - found: Its sensor; `nil` for that of the camera in the header, if it is known.
  ///   - expected: The sensor of the data set or network that the recording is read for. Only that
  ///     of a DVS128 is the one of a certain camera.
  public func cameraWarning(
    _ path: FilePath, found: FrameShape? = nil, expecting expected: FrameShape
  ) -> DataSetWarning? {
    let named = FrameShape(namedIn: self)
    guard expected == .dvs128, let shape = found ?? named, shape != expected else { return nil }
    return DataSetWarning(
      path, .whole,
      "a sensor of \(expected) pixels expected, as of a DVS128, \(shape) found"
        + (named == shape ? " (\(sources[0]))" : "") + ": events outside are left out")
  }
}
