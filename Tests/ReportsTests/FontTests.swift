import Testing

@testable import Reports

@Suite struct FontTests {
    private static let box = Font.rows(of: "é")

    @Test func everyPrintableASCIICharacterHasItsOwnShape() {
        // The four of no use in a caption are left out.
        let characters = (0x20..<0x7F).map { Character(Unicode.Scalar($0)) }.filter { !"$`{}".contains($0) }
        let shapes = characters.map { Font.rows(of: $0) }
        for (character, shape) in zip(characters, shapes) {
            #expect(shape != Self.box && shape.allSatisfy { $0 < 32 }, "\(character)")
            #expect(shape.count == Font.height || "gjpqy,;".contains(character), "\(character)")
        }
        #expect(Set(shapes).count == shapes.count)
        #expect(Self.box.count == Font.height)
    }
}
