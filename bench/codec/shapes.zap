package shapes

# 5 fields, 60 bytes
struct Small {
  Id     u64  @0
  Count  u32  @8
  Active bool @12
  Score  f64  @13
  Name   text @21
}

struct Author {
  Name text @0
  Age  u8   @8
}

# 17 fields, 453 bytes; ten short texts among them
struct Medium {
  Id      u64             @0
  Created i64             @8
  Count   u32             @16
  Level   u16             @20
  Kind    u8              @22
  Active  bool            @23
  Score   f64             @24
  Owner   bytes_fixed[32] @32
  Title   text            @64
  City    text            @72
  Country text            @80
  Email   text            @88
  Phone   text            @96
  Company text            @104
  Tags    list<text>      @112
  Author  Author          @120
  Body    bytes           @124
}

struct Item {
  Id    u64   @0
  Count u32   @8
  Name  text  @12
  Data  bytes @20
}

# 100 structs, 64 KiB
struct Large {
  Version u32        @0
  Items   list<Item> @4
}
