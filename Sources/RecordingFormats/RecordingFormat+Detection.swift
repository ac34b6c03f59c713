internal import AEDAT
public import EventData
internal import FileAccess
public import SystemPackage

/// The format of a recording, by its content.
///
/// - Parameters:
///   - bytes: The whole file.
///   - path: The file's name, for messages.
/// - Returns: `nil` if the content is none of the formats that are read, except that a file without
///   any mark may be one of an ATIS.
/// - Throws: ``DataSetError`` if it is marked as a format of which its header is unusable.
public func recordingFormat(
  of bytes: RawSpan, _ path: FilePath
) throws(DataSetError) -> (any RecordingFormat)? {
  switch FileKind(of: bytes) {
  case .aedat(version: "3.1"): AEDATFormat()
  case .aedat(version: "2.0"): try AEDAT2Format(of: bytes, path)
  case .aedat(version: "4.0"): try AEDAT4Format(of: bytes, path)
  case .prophesee:
    if PropheseeHeader(parsing: bytes).encoding != nil {
      try EVTFormat(of: bytes, path)
    } else {
      DATFormat()
    }
  case .eventText: try TextFormat(of: bytes, path)
  default: nil
  }
}
