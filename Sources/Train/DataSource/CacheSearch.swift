internal import ClassFolders
internal import EventData
internal import FileAccess
package import FrameCache
internal import GestureDataSet
package import SystemPackage

extension FrameCache {
  /// Opens a cache, or the cache in a data folder.
  ///
  /// In a folder, its `DvsGesture/` or the folders of SpikingJelly's layout, opens the file with
  /// the name that `dvsprep convert` gives to the requested frames. A file may have any name, but
  /// must match the options that were given.
  ///
  /// - Parameters:
  ///   - dataPath: The data folder or the cache.
  ///   - request: The frames that the user asks for.
  /// - Throws: ``FrameCacheError`` with code `file` if there is no data, `source` if recordings
  ///   must be converted first (the detail contains the command), `difference` if the cache has
  ///   other frames, or a code of opening a cache.
  package convenience init(
    in dataPath: FilePath, fitting request: CacheRequest
  ) throws(FrameCacheError) {
    let search = CacheSearch(dataPath, request)
    let path = try search.cachePath()
    try self.init(opening: path)
    try requireWhole()
    let differences = request.differences(from: self)
    guard differences.isEmpty else {
      throw FrameCacheError(
        .difference, path, "",
        "the cache has \(differences.joined(separator: ", "))"
          + search.hint(besides: path))
    }
  }
}

/// Searches for a cache, and describes what exists instead.
private struct CacheSearch {
  private let dataPath: FilePath
  private let request: CacheRequest

  init(_ dataPath: FilePath, _ request: CacheRequest) {
    self.dataPath = dataPath
    self.request = request
  }

  /// The folders to search.
  private var folders: [FilePath] {
    let folder = dataPath.isDirectory ? dataPath : dataPath.parentDirectory
    return GestureFolder(folder).searchedFolders
  }

  func cachePath() throws(FrameCacheError) -> FilePath {
    guard dataPath.isDirectory else { return try namedCachePath() }
    let name = request.split.cacheFileName
    if let found = folders.map({ $0.appending(name) }).first(where: \.exists) { return found }
    throw FrameCacheError(
      hasRecordings ? .source : .file, dataPath, "",
      "no cache of \(request.split.words) (\(name))\(hint(besides: nil))")
  }

  /// Returns `dataPath`, a file, unless it is known not to be a cache.
  private func namedCachePath() throws(FrameCacheError) -> FilePath {
    do throws(FileError) { _ = try FileIdentity(of: dataPath) } catch {
      throw FrameCacheError(error)
    }
    let name = dataPath.lastComponent?.string ?? ""
    if GestureFolder.isArchiveName(name) {
      throw cacheExpected("an archive", input: dataPath, .gesture)
    }
    let isRecording = [".aedat", ".aedat4", ".raw", ".dat", ".bin"].contains(
      where: name.lowercased().hasSuffix)
    if isRecording, let folder = nearbyFolder {
      throw cacheExpected("a recording", input: folder.path, folder.kind)
    }
    guard isRecording, !name.lowercased().hasSuffix(".bin") else { return dataPath }
    throw cacheExpected("a recording", input: dataPath.parentDirectory, .gesture)
  }

  private func cacheExpected(
    _ found: String, input: FilePath, _ kind: DataSetKind
  ) -> FrameCacheError {
    let command = request.conversionCommand(for: input.string, kind: kind)
    return FrameCacheError(
      .source, dataPath, "", "a frame cache expected, \(found) found: '\(command)' makes one")
  }

  private var hasRecordings: Bool {
    DataSetKind(lookingAt: dataPath) != nil
      || (nearbyFolder == nil && dataPath.isDirectory
        && ((try? namesInDirectory(dataPath)) ?? []).contains {
          $0.lowercased().hasSuffix(".aedat")
        })
  }

  /// The data set of class folders that `dataPath` contains or belongs to; `nil` if DVS128 Gesture
  /// is nearer.
  private var nearbyFolder: DataSetFolder? {
    DataSetFolder(near: dataPath).flatMap { $0.kind.hasClassFolders ? $0 : nil }
  }

  /// Lists other caches, and suggests the command that creates the requested one.
  func hint(besides path: FilePath?) -> String {
    let others = otherCaches(besides: path)
    var hint = others.isEmpty ? "" : "; there are: \(others.joined(separator: ", "))"
    if hasRecordings {
      let kind = DataSetKind(lookingAt: dataPath) ?? .gesture
      // What own recordings need, such as their sensor, only the user knows.
      let options = kind == .own && !others.isEmpty ? ", with the other options of that cache," : ""
      hint +=
        "; '\(request.conversionCommand(for: dataPath.string, kind: kind))'\(options) makes it"
    } else if nearbyFolder == nil, DataSetKind.hasUndividedClasses(dataPath) {
      hint +=
        "; if its folders are classes, '\(request.conversionCommand(for: dataPath.string, kind: .own)) "
        + "--train-fraction 0.8' makes it"
    } else if path == nil && others.isEmpty {
      let frames = NumpyFrames(at: dataPath).map { "; \($0.advice)" }
      hint +=
        nearbyFolder.map { "; did you mean \($0.path)?" } ?? frames
        ?? ", and no recordings to convert"
    }
    return hint
  }

  /// The paths and split rules of the caches in the searched folders, except `path`.
  private func otherCaches(besides path: FilePath?) -> [String] {
    var result: [String] = []
    for folder in folders {
      for name in (try? namesInDirectory(folder)) ?? [] where name.hasSuffix(".h5") {
        let candidate = folder.appending(name)
        guard candidate.lexicallyNormalized() != path?.lexicallyNormalized(),
          candidate.isRegularFile,
          let cache = try? FrameCache(opening: candidate)
        else { continue }
        let split = cache.settings.split
        let options = name == split.cacheFileName ? CacheRequest(split).options : "-data_dir FILE"
        let part =
          cache.isShard ? ", shard \(cache.settings.shard), for 'dvsprep merge'" : "; \(options)"
        result.append("\(candidate) (\(split.words)\(part))")
      }
    }
    return result
  }
}
