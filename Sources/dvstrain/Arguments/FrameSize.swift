import ArgumentParser
import EventData
import SpikingNetwork

/// `-size`: width and height of a frame in pixels, as in `34x34`.
struct FrameSize: ExpressibleByArgument {
  let width: Int
  let height: Int

  init?(argument: String) {
    let sides = argument.lowercased().split(separator: "x", omittingEmptySubsequences: false)
      .map { Int($0) ?? 0 }
    guard sides.count == 2, sides.allSatisfy(FrameShape.sideLengths.contains) else { return nil }
    (width, height) = (sides[0], sides[1])
  }

  /// The shape of a frame, with a channel for each polarity.
  var input: ImageShape {
    ImageShape(channelCount: FrameShape.channelCount, height: height, width: width)
  }
}
