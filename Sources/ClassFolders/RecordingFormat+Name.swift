internal import AEDAT
public import EventData
public import SystemPackage

/// How a recording is read, by its name: N-MNIST's `.bin` files have no mark of their own, and all
/// else is AEDAT 3.1.
public func recordingFormat(of path: FilePath) -> any RecordingFormat {
  path.extension?.lowercased() == "bin" ? ATISFormat() : AEDATFormat()
}
