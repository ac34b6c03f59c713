/// The style sheets and scripts of every page: the files of the folder Assets, compiled in.
enum PageAssets {
  static let pageStyle = text(PackageResources.page_css)
  static let framesStyle = text(PackageResources.frames_css)
  static let pageScript = text(PackageResources.page_js)
  static let framesScript = text(PackageResources.frames_js)

  private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}
