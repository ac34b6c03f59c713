import ClassFolders
import EventData
import EventFrames
import SystemPackage

/// Counts the ON and the OFF events of a recording of any format.
public func polarityCounts(of path: FilePath) throws(DataSetError) -> (on: Int, off: Int) {
  let recording = try RecordingContents.mapped(path)
  var (on, off) = (0, 0)
  try recording.forEachPiece { events throws(DataSetError) in
    events.forEach(in: 0..<events.count) { event in
      if event.isOn { on += 1 } else { off += 1 }
    }
  }
  return (on, off)
}

/// Makes 16 frames of a whole recording, each of as many events, as `dvsprep convert` does.
///
/// - Returns: The counts `[16, 2, H, W]`, row-major.
public func sixteenFrames(
  of path: FilePath, sensor: FrameShape
) throws(DataSetError) -> [UInt16] {
  let recording = try RecordingContents.mapped(path)
  let window: Range<Int64> = 0..<Int64.max
  let scan = try RecordingScan(of: recording, on: sensor, windows: [window])
  var counter = FrameCounter(sensor, invalidEvents: .keep)
  _ = try counter.count(
    recording, window: window, tally: scan.tallies[0], split: .number(frameCount: 16))
  return counter.counts
}
