import Datasets
import Formats
import Samples
import TestSupport
import Testing

@Suite struct SampleShapeJSONTests {
    static let shapes: [(SampleShape, String)] = [
        (.mnist, #"{"input":[28,28],"classes":10}"#),
        (
            SampleShape(input: [4, 12], target: .sequence(length: 3, classes: 5)),
            #"{"input":[4,12],"classes":5,"length":3}"#
        ),
        (SampleShape(input: [2], target: .numbers([3, 1])), #"{"input":[2],"numbers":[3,1]}"#),
        (
            SampleShape(input: [2], target: .classes(2), classNames: ["a \"b\"", "ü"]),
            #"{"input":[2],"classes":2,"class_names":["a \"b\"","ü"]}"#
        ),
    ]

    @Test(arguments: shapes.indices)
    func comesBackAsItWas(index: Int) throws {
        let (shape, text) = Self.shapes[index]
        #expect(shape.json.text == text)
        #expect(try SampleShape(json: JSON(parsing: Array(text.utf8))) == shape)
    }

    @Test(arguments: [
        "3", "{}", #"{"input":[28]}"#, #"{"input":[28,"a"],"classes":10}"#, #"{"input":[28],"classes":1}"#,
        #"{"input":[28],"classes":10,"numbers":[1]}"#, #"{"input":[28],"length":10}"#,
        #"{"input":[0],"classes":10}"#, #"{"input":[28],"classes":3,"class_names":["a"]}"#,
        #"{"input":[28],"classes":3,"length":-1}"#, #"{"input":[4611686018427387904,4],"classes":3}"#,
        #"{"input":[28],"classes":3,"class_names":7}"#, #"{"input":[28],"classes":"3"}"#,
    ])
    func whatItNeverWritesIsNoShape(text: String) throws {
        #expect(try SampleShape(json: JSON(parsing: Array(text.utf8))) == nil)
    }

    @Test func mutationsAreAShapeOrNone() {
        for (_, text) in Self.shapes {
            for damaged in Mutations(of: Array(text.utf8), count: 2000) {
                guard let json = try? JSON(parsing: damaged), let shape = SampleShape(json: json) else {
                    continue
                }
                #expect(shape.problem == nil && shape.inputCount > 0)
            }
        }
    }
}
