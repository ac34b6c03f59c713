internal import GestureDataSet

extension RecordingName {
  /// The recording and the number of a gesture's sample, named `<recording>_<k>` with k up to
  /// 65535; `nil` for other names.
  static func ofSample(_ name: String) -> (recording: RecordingName, number: Int)? {
    guard let separator = name.lastIndex(of: "_"),
      let number = UInt16(name[separator...].dropFirst()),
      let recording = RecordingName(name[..<separator]), "\(recording.stem)_\(number)" == name
    else { return nil }
    return (recording, Int(number))
  }
}
