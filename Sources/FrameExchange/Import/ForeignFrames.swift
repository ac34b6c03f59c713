internal import EventData
internal import FrameCache
internal import SystemPackage

/// Frames that another program has stored, of which a cache can be made.
protocol ForeignFrames: Sendable {
  /// The folder of the frames.
  var path: FilePath { get }
  /// The program, for the cache's attribute.
  var program: String { get }
  /// Sensor, classes and attribute columns.
  var schema: DataSetSchema { get }
  /// How the events were divided into frames.
  var split: FrameSplit { get }
  /// T, the frames of the longest sample.
  var frameCount: Int { get }
  /// The samples, training samples first, in the order of the cache.
  var samples: [ForeignSample] { get }
  /// The files that are read, as they were before.
  var sources: ImportSources { get }
  /// What is odd about the files, one line each.
  var warnings: [String] { get }

  /// Reads the counts of a sample's real frames, `[frames, 2, H, W]`.
  ///
  /// - Throws: ``FrameCacheError`` with the file and the index of what is not a count.
  func read(_ number: Int, into counts: inout [UInt16]) throws(FrameCacheError)
}

/// A sample of another program.
struct ForeignSample: Sendable {
  /// Training or test.
  var split: DataSetSplit
  /// The class, from 0.
  var label: Int
  /// Its name; unique together with split and label.
  var name: String
  /// The name of its recording.
  var recording: String
  /// One value for each column of the schema.
  var attributes: [AttributeValue] = []
}
