internal import EventData
internal import FrameCache

extension OpenCache {
  /// Settings and contents, as `dvskit.h` describes them.
  var description: JSONValue {
    let settings = cache.settings
    var duration = JSONValue.null
    if case .duration(let microseconds) = settings.split { duration = .number(Int(microseconds)) }
    return .object([
      "format_version": .number(cache.formatVersion),
      "tool": .text(cache.tool),
      "data_set": .text(cache.schema.name),
      "split_by": .text(settings.split.name),
      "frame_count": .number(cache.frameCount),
      "duration_us": duration,
      "height": .number(cache.frameShape.height),
      "width": .number(cache.frameShape.width),
      "dtype": .text(cache.elementType.name),
      "invalid_events": .text(settings.invalidEvents.rawValue),
      "empty_windows": settings.skipsEmptyWindows ? "skip" : "keep",
      "selection": .text(settings.selection),
      "shard": settings.shard == .whole ? "whole" : .text("\(settings.shard)"),
      "compression_level": .number(settings.compressionLevel),
      "byte_count": .number(cache.byteCount),
      "class_names": .texts(cache.schema.classNames),
      "sources": .list(
        cache.sources.map {
          .object(["name": .text($0.name), "byte_count": .number(Int(clamping: $0.byteCount))])
        }),
      "splits": .object([
        "train": .number(cache.sampleCount(in: .train)),
        "test": .number(cache.sampleCount(in: .test)),
      ]),
      "integers": .texts(columnNames(ofTexts: false)),
      "texts": .texts(columnNames(ofTexts: true)),
    ])
  }
}
