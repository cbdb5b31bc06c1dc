# shellcheck shell=bash disable=SC2154
# `predict` and `visualize` on models of this program: what they print and write, and how they refuse.

models() {
    train pictures-lstm 1 --model lstm --hidden-size 24 --max-steps 4
    train pictures-mlp 1 --model mlp --epochs 20
    train pictures-cnn 1 --model cnn --max-steps 4
}

check "models to look into: lstm, mlp, cnn" models

model() { echo "$work/pictures-$1/model.safetensors"; }

images=$data/t10k-images-idx3-ubyte

# ends STATUS PATTERN ARGUMENTS…: the trainer ends with that status; every PATTERN word stands on stderr.
ends() {
    local expected=$1 pattern=$2 status=0 word
    shift 2
    timeout 10 "$trainer" "$@" >"$work/stdout" 2>"$work/stderr" || status=$?
    ((status == expected)) || { echo "exit status $status, expected $expected"; cat "$work/stderr"; return 1; }
    for word in $pattern; do expect_match "$word" "$work/stderr"; done
}

draws() { # MODEL NAMES…: exactly these pictures, each a PNG
    local name=$1 out="$work/drawn $1" picture
    shift
    ends 0 "" visualize --model-file "$(model "$name")" --data "$data" --index 7 --out "$out"
    [[ $(ls "$out") == "$(printf '%s\n' "$@" | sort)" ]] || { ls "$out"; return 1; }
    [[ $(sort "$work/stdout") == "$(printf "$out/%s\n" "$@" | sort)" ]] || { cat "$work/stdout"; return 1; }
    for picture; do
        [[ $(head -c 8 "$out/$picture" | od -An -tx1 | tr -d ' \n') == 89504e470d0a1a0a ]] || return 1
    done
}
check "visualize: the hidden states of an lstm" draws lstm digit.png lstm-output.png
check "visualize: the weights of an mlp" draws mlp digit.png fc1-filters.png
check "visualize: maps and filters of a cnn" draws cnn conv1-filters.png conv1-maps.png conv1-pooled.png digit.png

same_pictures() {
    ends 0 "" visualize --model-file "$(model cnn)" --data "$data" --index 7 --out "$work/again"
    diff -r "$work/again" "$work/drawn cnn"
}
check "visualize: the same pictures, byte for byte" same_pictures

untouched() {
    sha256sum "$work/again"/* >"$work/before"
    ends 73 "digit.png --out" visualize --model-file "$(model mlp)" --data "$data" --out "$work/again"
    sha256sum --quiet -c "$work/before"
}
check "visualize: pictures are not overwritten: status 73" untouched
check "visualize: no such test image: status 64" ends 64 "--index 202" visualize --model-file "$(model mlp)" \
    --data "$data" --index 203 --out "$work/none"
check "visualize: no folder is left behind" test ! -e "$work/none"
check "visualize: a folder under a file: status 73" ends 73 "cannot" visualize --model-file "$(model mlp)" \
    --data "$data" --out "$images/below"
check "visualize: no model: status 66" ends 66 "nowhere.safetensors" visualize --data "$data" --out "$work/none" \
    --model-file "$work/nowhere.safetensors"

# shellcheck source=../lib/json.sh
source "$here/lib/json.sh"

# predict agrees with evaluate on how many images of the test set are recognised.
agrees_with_evaluate() {
    local correct
    correct=$("$trainer" evaluate --model-file "$(model mlp)" --data "$data" --json | json_number correct)
    ends 0 "" predict --model-file "$(model mlp)" "$images"
    mapfile -t labels < <(gzip -dc "$data/t10k-labels-idx1-ubyte.gz" | tail -c +9 | od -An -v -tu1 -w1 | tr -d ' ')
    mapfile -t classes < <(sed 1d "$work/stdout" | sed 's/.*\]  *\([0-9]\) .*/\1/')
    ((${#labels[@]} == 203 && ${#classes[@]} == 203)) || { head "$work/stdout"; return 1; }
    local index same=0
    for index in "${!labels[@]}"; do ((labels[index] != classes[index])) || same=$((same + 1)); done
    ((same == correct)) || { echo "predict: $same, evaluate: $correct"; return 1; }
}
check "predict: as many right as evaluate counts" agrees_with_evaluate

png_of() { # INDEX INVERTED FILE: a test image as PNG, five times as large
    perl -e '
        my ($index, $inverted) = @ARGV;
        local $/; my $pixels = substr(<STDIN>, 16 + 784 * $index, 784);
        my $rows = "";
        for my $y (0 .. 139) {
            $rows .= "\0" . join "", map {
                my $ink = ord substr($pixels, 28 * int($y / 5) + int($_ / 5), 1);
                $ink = 0 if $ink < 64; # the noise of the test set
                chr($inverted ? 255 - $ink : $ink) } 0 .. 139;
        }
        sub crc {
            my $crc = ~0 & 0xFFFFFFFF;
            for (unpack "C*", shift) { $crc ^= $_; $crc = $crc & 1 ? $crc >> 1 ^ 0xEDB88320 : $crc >> 1 for 1 .. 8 }
            return ~$crc & 0xFFFFFFFF;
        }
        sub chunk { my $c = join "", @_; return pack("N", length($c) - 4) . $c . pack("N", crc($c)) }
        my ($a, $b) = (1, 0);
        for (unpack "C*", $rows) { $a = ($a + $_) % 65521; $b = ($b + $a) % 65521 }
        my $size = length $rows; # one block that is not compressed
        print "\x89PNG\r\n\x1a\n", chunk("IHDR", pack("NNC5", 140, 140, 8, 0, 0, 0, 0)),
            chunk("IDAT", pack("C3vv", 0x78, 1, 1, $size, ~$size & 0xFFFF), $rows, pack("N", $b << 16 | $a)),
            chunk("IEND");' "$1" "$2" <"$images" >"$3"
}

polarity_does_not_matter() {
    png_of 5 0 "$work/light.png"
    png_of 5 1 "$work/dark.png"
    ends 0 "" predict --model-file "$(model mlp)" --json "$work/light.png" "$work/dark.png"
    local probabilities
    mapfile -t probabilities < <(grep -o '"class":[0-9],"probabilities":\[[^]]*\]' "$work/stdout")
    cat "$work/stdout"
    ((${#probabilities[@]} == 2))
    [[ ${probabilities[0]} == "${probabilities[1]}" ]]
}
check "predict: dark on light is as light on dark, bit for bit" polarity_does_not_matter

one_of_many() {
    ends 0 "" predict --model-file "$(model lstm)" --index 9 "$images"
    (($(wc -l <"$work/stdout") == 2))
    expect_match 'ubyte\[9\]' "$work/stdout"
}
check "predict --index: one image of an IDX file" one_of_many

on_ranks() {
    mpirun -np 3 "$trainer" predict --model-file "$(model mlp)" --index 9 "$images" >"$work/on-ranks"
    (($(wc -l <"$work/on-ranks") == 2))
}
check "predict on 3 ranks prints once" on_ranks

echo "no picture" >"$work/notes.txt"
[[ ! -f $work/dark.png ]] || head -c 300 "$work/dark.png" >"$work/cut.png"
check "predict: no such picture: status 66" ends 66 "gone.png path" predict --model-file "$(model mlp)" "$work/gone.png"
check "predict: not a picture: status 65" ends 65 "notes.txt convert" predict --model-file "$(model mlp)" \
    "$work/dark.png" "$work/notes.txt"
check "predict: a PNG cut short: status 65" ends 65 "cut.png again" predict --model-file "$(model mlp)" "$work/cut.png"
check "predict: labels instead of images: status 65" ends 65 "labels 203" predict --model-file "$(model mlp)" \
    "$data/t10k-labels-idx1-ubyte.gz"
check "predict: not a model: status 65" ends 65 "light.png" predict --model-file "$work/light.png" "$work/dark.png"
