import Formats
import Samples

/// How files of trained models record what their samples look like: `{"input":[28,28],"classes":10}`; with `"length"`
/// where the target is a sequence, with `"numbers"` in place of `"classes"` where it is numbers, and with `"class_names"`
/// where the classes have names.
extension SampleShape {
    public var json: JSON {
        var members: [(String, JSON)] = [("input", Self.array(input))]
        switch target {
        case .classes(let count): members.append(("classes", .integer(count)))
        case .sequence(let length, let classes):
            members += [("classes", .integer(classes)), ("length", .integer(length))]
        case .numbers(let shape): members.append(("numbers", Self.array(shape)))
        }
        if let classNames { members.append(("class_names", .array(classNames.map { .string($0) }))) }
        return .object(JSONObject(members))
    }

    /// Nil for what `json` never gives, and for shapes of which no network can learn.
    public init?(json: JSON) {
        guard let input = json["input"].flatMap(Self.sizes(of:)) else { return nil }
        let target: Target
        switch (json["classes"]?.intValue, json["length"]?.intValue, json["numbers"].flatMap(Self.sizes(of:)))
        {
        case (let classes?, nil, nil): target = .classes(classes)
        case (let classes?, let length?, nil): target = .sequence(length: length, classes: classes)
        case (nil, nil, let numbers?): target = .numbers(numbers)
        default: return nil
        }
        var names: [String]?
        if let value = json["class_names"] {
            guard let texts = value.arrayValue?.map(\.stringValue), !texts.contains(nil) else { return nil }
            names = texts.compactMap { $0 }
        }
        self.init(input: input, target: target, classNames: names)
        if problem != nil { return nil }
    }

    private static func array(_ sizes: [Int]) -> JSON { .array(sizes.map { .integer($0) }) }

    private static func sizes(of json: JSON) -> [Int]? {
        guard let values = json.arrayValue else { return nil }
        let sizes = values.compactMap(\.intValue)
        return sizes.count == values.count ? sizes : nil
    }
}
