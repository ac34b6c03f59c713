internal import ClassFolders
internal import EventData
internal import FileAccess
package import FrameCache
package import SystemPackage

extension FrameCache {
  /// Opens the cache that a data folder holds, or the one that is named itself.
  ///
  /// In a folder, the file with the name that `dvsprep convert` gives is taken, from it or from its
  /// `DvsGesture/`. A file is taken as it is: only what the request says must fit.
  ///
  /// - Parameters:
  ///   - dataPath: The folder or the cache.
  ///   - request: Which frames are wanted.
  /// - Throws: ``FrameCacheError``: code `file` where there is nothing, `source` where recordings
  ///   still have to be converted (the detail has the command), `difference` where a cache is
  ///   another, and those of opening one.
  package convenience init(
    in dataPath: FilePath, fitting request: CacheRequest
  ) throws(FrameCacheError) {
    let search = CacheSearch(dataPath, request)
    let path = try search.cachePath()
    try self.init(opening: path)
    let differences = request.differences(from: self)
    guard differences.isEmpty else {
      throw FrameCacheError(
        .difference, path, "",
        "the cache has \(differences.joined(separator: ", "))"
          + search.hint(besides: path))
    }
  }
}

/// Looks for a cache, and says what there is instead.
private struct CacheSearch {
  private let dataPath: FilePath
  private let request: CacheRequest

  init(_ dataPath: FilePath, _ request: CacheRequest) {
    self.dataPath = dataPath
    self.request = request
  }

  /// The folders that are looked into.
  private var folders: [FilePath] {
    let folder = dataPath.isDirectory ? dataPath : dataPath.parentDirectory
    return [folder, folder.appending("DvsGesture")].filter(\.isDirectory)
  }

  func cachePath() throws(FrameCacheError) -> FilePath {
    guard dataPath.isDirectory else { return try named() }
    let name = request.split.cacheFileName
    if let found = folders.map({ $0.appending(name) }).first(where: \.exists) { return found }
    throw FrameCacheError(
      hasRecordings ? .source : .file, dataPath, "",
      "no cache of \(request.split.words) (\(name))\(hint(besides: nil))")
  }

  /// The file that was named: a cache, unless it is something else that is known.
  private func named() throws(FrameCacheError) -> FilePath {
    do throws(FileError) { _ = try FileIdentity(of: dataPath) } catch {
      throw FrameCacheError(error)
    }
    let name = dataPath.lastComponent?.string ?? ""
    let isArchive = [".tar", ".tar.gz", ".tgz"].contains(where: name.hasSuffix)
    if isArchive { throw noCache("an archive", input: dataPath, .gesture) }
    let isRecording = [".aedat", ".bin"].contains(where: name.lowercased().hasSuffix)
    if isRecording, let folder = nearbyFolder {
      throw noCache("a recording", input: folder.path, folder.kind)
    }
    guard name.hasSuffix(".aedat") else { return dataPath }
    throw noCache("a recording", input: dataPath.parentDirectory, .gesture)
  }

  private func noCache(
    _ found: String, input: FilePath, _ kind: DataSetKind
  ) -> FrameCacheError {
    let command = request.conversionCommand(for: input.string, kind: kind)
    return FrameCacheError(
      .source, dataPath, "", "a frame cache expected, \(found) found: '\(command)' makes one")
  }

  private var hasRecordings: Bool {
    DataSetKind(lookingAt: dataPath) != nil
      || (nearbyFolder == nil && dataPath.isDirectory
        && ((try? namesInDirectory(dataPath)) ?? []).contains { $0.hasSuffix(".aedat") })
  }

  /// A data set of class folders in the folder, or one that the folder or file is a part
  /// of; `nil` where DVS128 Gesture is nearer.
  private var nearbyFolder: DataSetFolder? {
    DataSetFolder(near: dataPath).flatMap { $0.kind.hasClassFolders ? $0 : nil }
  }

  /// What else was found, and the command that creates the requested cache.
  func hint(besides path: FilePath?) -> String {
    let others = otherCaches(besides: path)
    var hint = others.isEmpty ? "" : "; there are: \(others.joined(separator: ", "))"
    if hasRecordings {
      let kind = DataSetKind(lookingAt: dataPath) ?? .gesture
      hint += "; '\(request.conversionCommand(for: dataPath.string, kind: kind))' makes it"
    } else if path == nil && others.isEmpty {
      hint +=
        nearbyFolder.map { "; did you mean \($0.path)?" } ?? ", and no recordings to make it of"
    }
    return hint
  }

  /// Names and rules of the caches that are there.
  private func otherCaches(besides path: FilePath?) -> [String] {
    var result: [String] = []
    for folder in folders {
      for name in (try? namesInDirectory(folder)) ?? [] where name.hasSuffix(".h5") {
        let candidate = folder.appending(name)
        guard candidate.lexicallyNormalized() != path?.lexicallyNormalized(),
          candidate.isRegularFile,
          let cache = try? FrameCache(opening: candidate)
        else { continue }
        result.append("\(candidate) (\(cache.settings.split.words))")
      }
    }
    return result
  }
}
