"""Vietnamese for the headings of the scenario workbook, by the English phrase."""

from collections.abc import Mapping
from typing import Final

PHRASES: Final[Mapping[str, str]] = {
    "yes": "có",
    "no": "không",
    "yes or no": "có hoặc không",
    "text": "chữ",
    "ids separated by ;": "các mã, cách nhau bằng ;",
    "numbers separated by ;": "các số, cách nhau bằng ;",
    "a file name": "tên tệp",
    "{low} to {high}": "{low} đến {high}",
    "at least {low}": "ít nhất {low}",
    "one of {words}": "một trong {words}",
    # columns of the sheet scenario
    "key": "khóa",
    "value": "giá trị",
    "unit": "đơn vị",
    "default": "mặc định",
    "allowed": "cho phép",
    "meaning": "ý nghĩa",
    # keys
    "Short name; the run folder is called after it": "Tên ngắn; thư mục kết quả mang tên này",
    "Name for people": "Tên cho người đọc",
    "Version of this sheet's keys; leave it as it is": "Phiên bản các khóa của trang này; giữ nguyên",
    "State of parks, hubs and roads": "Hiện trạng khu công nghiệp, trung tâm và đường",
    "First year of each phase, as in 2030; 2040; 2050; instead of one year":
        "Năm đầu mỗi giai đoạn, như 2030; 2040; 2050; thay cho một năm",
    "How long the last phase lasts": "Giai đoạn cuối kéo dài bao lâu",
    "Yearly discount rate; blank: the ledger's": "Lãi suất chiết khấu năm; để trống: theo sổ tham số",
    "OpenStreetMap file or saved network; bundled: the one of the program":
        "Tệp OpenStreetMap hoặc mạng đã lưu; bundled: mạng kèm chương trình",
    "Truck speeds of every road against the network's": "Tốc độ xe tải trên mọi đường so với mạng lưới",
    "Tolls of every road against the network's": "Phí đường bộ trên mọi đường so với mạng lưới",
    "Links that are closed, both directions: ids, separated by ;": (

        "Các đoạn đường bị đóng, cả hai chiều: mã, cách nhau bằng ;"

    ),
    "All tonnes against what is generated or read": "Toàn bộ khối lượng so với số được tạo ra hoặc đọc vào",
    "How far from the network a place may lie": "Một địa điểm được cách mạng lưới bao xa",
    "Whether the provinces' own trade is looked at": "Có tính giao thương riêng của các tỉnh không",
    "File of flows that replaces the generated freight": "Tệp luồng hàng thay cho hàng hóa ước tính",
    "Whether freight is fitted to the known volumes": "Có hiệu chỉnh hàng hóa theo khối lượng đã biết không",
    "Parks converted to eco-parks: ids, separated by ;": "Khu công nghiệp chuyển thành khu sinh thái: mã, cách bằng ;",
    "Exactly so many new hubs; blank: chosen by cost": "Đúng số trung tâm mới này; để trống: chọn theo chi phí",
    "At most so many new hubs": "Nhiều nhất số trung tâm mới này",
    "Plans with up to so many new hubs are shown": "Hiển thị các phương án đến số trung tâm mới này",
    "Sites to be built: ids, separated by ;": "Địa điểm phải xây: mã, cách nhau bằng ;",
    "Sites not to be used; * is every site, standing ones too":
        "Địa điểm không được dùng; * là mọi địa điểm, kể cả đang có",
    "Standing hubs that may be closed; * is all": "Trung tâm hiện có được đóng; * là tất cả",
    "Standing hubs that may grow by modules; * is all": "Trung tâm hiện có được mở rộng theo mô-đun; * là tất cả",
    "Sizes of new hubs, as in 10; 20; 30; blank: the usual ones":
        "Quy mô trung tâm mới, như 10; 20; 30; để trống: các mức thường dùng",
    "Land of one new hub at most": "Đất tối đa của một trung tâm mới",
    "Land of all new hubs and extensions at most": "Đất tối đa của mọi trung tâm mới và phần mở rộng",
    "Capital: one number for every phase, or one a phase, separated by ;":
        "Vốn: một số cho mọi giai đoạn, hoặc mỗi giai đoạn một số, cách nhau bằng ;",
    "Sites opened, extended or closed at most": "Số địa điểm mở, mở rộng hoặc đóng nhiều nhất",
    "Through an open new hub at least": "Qua một trung tâm mới đã mở, ít nhất",
    "Whether a park uses one hub at most": "Mỗi khu chỉ dùng nhiều nhất một trung tâm không",
    "Whether routes may lead through two hubs, by truck or barge between them":
        "Tuyến được đi qua hai trung tâm không, giữa hai nơi bằng xe tải hoặc sà lan",
    "Whether goods may go by rail beyond the hub and between two hubs":
        "Hàng được đi đường sắt sau trung tâm và giữa hai trung tâm không",
    "What is made small": "Điều cần làm nhỏ nhất",
    "Further goals in turn, separated by ;: cost, co2, distance, outside_service":
        "Các mục tiêu tiếp theo, cách nhau bằng ;: cost, co2, distance, outside_service",
    "How far each earlier goal may stay from its best": "Mục tiêu trước được kém giá trị tốt nhất bao nhiêu",
    "Weight of the cost in a weighted sum": "Trọng số của chi phí trong tổng có trọng số",
    "Weight of CO2": "Trọng số của CO2",
    "Weight of the distance": "Trọng số của quãng đường",
    "Weight of tonnes outside the bands": "Trọng số của tấn hàng ngoài mức phục vụ",
    "Price of CO2, added to the cost": "Giá CO2, cộng vào chi phí",
    "At most so much CO2; blank: no cap": "Nhiều nhất lượng CO2 này; để trống: không giới hạn",
    "Sites made from the network; blank: none": "Số địa điểm tạo từ mạng lưới; để trống: không có",
    "Where they are looked for: interchanges, rail, water, park_edges":
        "Tìm ở đâu: interchanges, rail, water, park_edges",
    "GeoJSON file of polygons in which nothing may be built": "Tệp GeoJSON các vùng không được xây",
    "Between any two sites at least": "Ít nhất giữa hai địa điểm",
    # lists
    "Commodity; * for all": "Loại hàng; * là tất cả",
    "Share of its tonnes": "Tỷ lệ tấn hàng",
    "Within so many hours; this or kilometres": "Trong số giờ này; hoặc theo km",
    "Within so many kilometres; this or hours": "Trong số km này; hoặc theo giờ",
    "Parks and clusters: ids, separated by ;; blank: all": "Khu, cụm công nghiệp: mã, cách bằng ;; để trống: tất cả",
    "Name of the band": "Tên mức phục vụ",
    "Province, old or new": "Tỉnh, tên cũ hoặc mới",
    "New hubs at least": "Trung tâm mới ít nhất",
    "New hubs at most; blank: no limit": "Trung tâm mới nhiều nhất; để trống: không giới hạn",
    "Name of the corridor": "Tên hành lang",
    "Its sites: ids, separated by ;": "Các địa điểm: mã, cách nhau bằng ;",
    "Site": "Địa điểm",
    "First year in which it may open": "Năm đầu tiên được mở",
    # ledger
    "id": "mã",
    "chapter of the ledger": "chương của sổ tham số",
    "what the number is": "con số là gì",
    "value of the table; leave it as it is": "giá trị trong bảng; giữ nguyên",
    "your own value; blank: the table's": "giá trị riêng của bạn; để trống: theo bảng",
    "unit of value, low and high": "đơn vị của giá trị, cận dưới và cận trên",
    "lower end of the range": "cận dưới",
    "upper end of the range": "cận trên",
    "year of the number": "năm của con số",
    # tables
    "stable name of the row": "mã cố định của dòng",
    "name in Vietnamese": "tên tiếng Việt",
    "name in English": "tên tiếng Anh",
    "zone of the 2030 plan of Bắc Ninh": "phân vùng trong quy hoạch 2030 của Bắc Ninh",
    "province before 1 July 2025": "tỉnh trước 1/7/2025",
    "province after 1 July 2025": "tỉnh sau 1/7/2025",
    "district before 1 July 2025": "huyện trước 1/7/2025",
    "longitude, WGS84": "kinh độ, WGS84",
    "latitude, WGS84": "vĩ độ, WGS84",
    "gross planned area": "tổng diện tích quy hoạch",
    "land of the site": "đất của địa điểm",
    "area of the mapped polygon": "diện tích đo trên bản đồ",
    "stage of the park": "giai đoạn của khu",
    "stage of the cluster": "giai đoạn của cụm",
    "stage of the hub": "giai đoạn của trung tâm",
    "stage of the gateway": "giai đoạn của cửa ngõ",
    "industries, separated by semicolons": "ngành, cách nhau bằng dấu chấm phẩy",
    "leased share of the net land today": "tỷ lệ lấp đầy hiện nay",
    "what the occupancy rests on": "cơ sở của tỷ lệ lấp đầy",
    "taken into the plan to 2030": "có trong quy hoạch đến 2030",
    "place in the plan to 2030": "vị trí trong quy hoạch đến 2030",
    "where the row comes from": "nguồn của dòng",
    "trust in the row as a whole": "độ tin cậy của cả dòng",
    "trust in the coordinate": "độ tin cậy của tọa độ",
    "remark": "ghi chú",
    "kind of hub: dry_port, logistics_centre, greenfield_candidate ...":
        "loại trung tâm: dry_port, logistics_centre, greenfield_candidate ...",
    "kind of gateway": "loại cửa ngõ",
    "design capacity, yard and sheds together": "công suất thiết kế, gồm bãi và kho",
    "design capacity for containers": "công suất thiết kế cho công-te-nơ",
    "modes that reach it, separated by semicolons": "phương thức đến được, cách nhau bằng dấu chấm phẩy",
    "goods handled": "hàng thông qua",
    "containers handled": "công-te-nơ thông qua",
    "year of the throughput": "năm của lượng thông qua",
    "capacity in words": "công suất bằng lời",
    "provincial capital, where the point lies": "tỉnh lỵ, nơi đặt điểm",
    "its administrative centre": "trung tâm hành chính",
    "population in 2023": "dân số năm 2023",
    "area": "diện tích",
    "gross regional product in 2023": "GRDP năm 2023",
    "industry and construction in GRDP": "tỷ trọng công nghiệp và xây dựng trong GRDP",
    "exports in 2023": "xuất khẩu năm 2023",
    "trust in the merger": "độ tin cậy của việc sáp nhập",
    "trust in the population": "độ tin cậy của dân số",
    "trust in the grdp": "độ tin cậy của GRDP",
    "trust in the export": "độ tin cậy của xuất khẩu",
    # lists of the drop-downs
    "provinces": "tỉnh",
    "commodities": "loại hàng",
    "sites": "địa điểm",
    "parks and clusters": "khu và cụm công nghiệp",
    # notes
    "A scenario for logistics plan, filled with the default: run it with logistics plan FILE.xlsx.":
        "Một kịch bản cho logistics plan, điền sẵn mặc định: chạy bằng logistics plan TỆP.xlsx.",
    "Change the column value of the sheet scenario; a blank cell keeps the default.":
        "Sửa cột value của trang scenario; ô trống giữ mặc định.",
    "Its land, whatever the table and max_site_ha say": "Đất của điểm đó, bất kể bảng và max_site_ha ghi gì",
    "The sheets service, in_province, corridors, earliest_year and site_land hold one rule a row; empty: none.":
        "Các trang service, in_province, corridors, earliest_year, site_land: mỗi dòng một quy định; trống là không.",
    "In the sheet ledger write your own numbers into own_value, in the row's unit; leave the column value as it is.":
        "Ở trang ledger hãy ghi số riêng vào cột own_value, theo đơn vị của dòng; giữ nguyên cột value.",
    "The sheets parks, clusters, hubs, gateways and places replace the bundled tables as soon as they differ.":
        "Các trang parks, clusters, hubs, gateways và places thay bảng kèm chương trình ngay khi khác đi.",
    "Row 2 of each sheet holds the names that are read: leave it, and the names of the sheets, as they are.":
        "Dòng 2 của mỗi trang là các tên được đọc: giữ nguyên dòng này và tên các trang.",
    "Formulas are not worked out: the value stored when the file was last saved is taken, and the run says so.":
        "Công thức không được tính lại: lấy giá trị đã lưu trong tệp, và kết quả có nêu rõ.",
    "Sheets of your own may be added; they are not read.": "Có thể thêm trang riêng; chúng không được đọc.",
    "Where the numbers come from stands in the columns source, confidence and note.":
        "Nguồn của các số nằm ở các cột source, confidence và note.",
}  # fmt: skip
