package import EventData
package import SystemPackage

extension DataSetError {
  /// Converts a recording's defect, adding the file's name.
  package init(_ path: FilePath, _ error: AEDATError) {
    self.init(.content, path, .byte(error.byteOffset), error.detail, cause: error)
  }
}
