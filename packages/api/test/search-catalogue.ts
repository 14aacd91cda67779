// An independent evaluation catalogue for the film search: 20,000 films (title and year), always
// the same. The first part holds real titles (titles and years are facts), with sequels, remakes
// and neighbours derived from them; the rest is generated from word lists in every script.

interface Film {
  title: string;
  year: number;
}

const most = 20_000;
const realLooking = 3_000;

// One film a line: the year, a space, the title.
const realLatin = `
1972 The Godfather
1974 The Godfather Part II
1990 The Godfather Part III
1994 The Shawshank Redemption
1993 Schindler's List
1994 Pulp Fiction
1994 Forrest Gump
1999 Fight Club
1999 The Matrix
2003 The Matrix Reloaded
2003 The Matrix Revolutions
2010 Inception
2014 Interstellar
2008 The Dark Knight
2012 The Dark Knight Rises
2005 Batman Begins
1995 Heat
1986 Heat
2013 The Heat
1967 In the Heat of the Night
1981 Body Heat
1953 The Big Heat
1958 White Heat
1979 Alien
1986 Aliens
1992 Alien 3
1997 Alien Resurrection
2017 Alien: Covenant
1988 Alien Nation
1993 Alive
2017 It
2019 It Chapter Two
2014 It Follows
1934 It Happened One Night
1946 It's a Wonderful Life
2009 Up
2009 Up in the Air
2019 Us
1995 Se7en
1970 M*A*S*H
2008 WALL·E
1994 The Mask
2019 1917
2006 300
1968 2001: A Space Odyssey
1984 2010: The Year We Make Contact
1956 1984
1984 Nineteen Eighty-Four
2009 2012
1997 Titanic
1953 Titanic
1942 Casablanca
1941 Citizen Kane
1958 Vertigo
1960 Psycho
1998 Psycho
1959 North by Northwest
1954 Rear Window
1963 The Birds
1964 Dr. Strangelove or: How I Learned to Stop Worrying and Love the Bomb
1971 A Clockwork Orange
1980 The Shining
1987 Full Metal Jacket
1975 Barry Lyndon
1999 Eyes Wide Shut
1957 Paths of Glory
1960 Spartacus
1976 Taxi Driver
1980 Raging Bull
1990 Goodfellas
1995 Casino
2006 The Departed
2013 The Wolf of Wall Street
1987 Wall Street
2010 Shutter Island
1979 Apocalypse Now
1974 The Conversation
1975 Jaws
1978 Jaws 2
1982 E.T. the Extra-Terrestrial
1977 Close Encounters of the Third Kind
1993 Jurassic Park
1997 The Lost World: Jurassic Park
2001 Jurassic Park III
2015 Jurassic World
1981 Raiders of the Lost Ark
1984 Indiana Jones and the Temple of Doom
1989 Indiana Jones and the Last Crusade
1977 Star Wars
1980 The Empire Strikes Back
1983 Return of the Jedi
1999 Star Wars: Episode I – The Phantom Menace
2002 Star Wars: Episode II – Attack of the Clones
2005 Star Wars: Episode III – Revenge of the Sith
2015 Star Wars: The Force Awakens
1984 The Terminator
1991 Terminator 2: Judgment Day
2003 Terminator 3: Rise of the Machines
2009 Terminator Salvation
1982 Blade Runner
2017 Blade Runner 2049
1998 Blade
2002 Blade II
2004 Blade: Trinity
1985 Back to the Future
1989 Back to the Future Part II
1990 Back to the Future Part III
1988 Die Hard
1990 Die Hard 2
1995 Die Hard with a Vengeance
1987 RoboCop
2014 RoboCop
1990 Total Recall
2012 Total Recall
1987 Predator
1990 Predator 2
2018 The Predator
2001 The Lord of the Rings: The Fellowship of the Ring
2002 The Lord of the Rings: The Two Towers
2003 The Lord of the Rings: The Return of the King
1978 The Lord of the Rings
2012 The Hobbit: An Unexpected Journey
2001 Harry Potter and the Philosopher's Stone
2002 Harry Potter and the Chamber of Secrets
2004 Harry Potter and the Prisoner of Azkaban
2005 Harry Potter and the Goblet of Fire
1995 Toy Story
1999 Toy Story 2
2010 Toy Story 3
2003 Finding Nemo
2016 Finding Dory
2004 The Incredibles
2018 Incredibles 2
2007 Ratatouille
2006 Cars
2011 Cars 2
2017 Coco
1985 Cocoon
2015 Inside Out
2001 Monsters, Inc.
1994 The Lion King
2019 The Lion King
1991 Beauty and the Beast
2017 Beauty and the Beast
2001 Shrek
2004 Shrek 2
2007 Shrek the Third
2004 Eternal Sunshine of the Spotless Mind
1998 The Truman Show
1998 Saving Private Ryan
2000 Gladiator
2024 Gladiator II
2000 Memento
2001 Mulholland Drive
1986 Blue Velvet
1980 The Elephant Man
2003 Elephant
1996 Fargo
1998 The Big Lebowski
1946 The Big Sleep
2007 No Country for Old Men
2007 There Will Be Blood
1997 Boogie Nights
1999 Magnolia
1999 American Beauty
2000 American Psycho
1999 The Sixth Sense
2002 Signs
2016 Sing
2016 Split
2019 Glass
2004 Crash
1996 Crash
2013 Rush
1998 Rush Hour
2001 Rush Hour 2
1994 Speed
1997 Speed 2: Cruise Control
2008 Speed Racer
2015 Room
2021 Dune
1984 Dune
2024 Dune: Part Two
2013 Her
2002 Hero
1988 Big
2008 Taken
2012 Taken 2
2014 Taken 3
1999 eXistenZ
2015 The Martian
2013 Gravity
1997 Gattaca
1997 L.A. Confidential
2016 La La Land
2014 Whiplash
2014 Birdman or (The Unexpected Virtue of Ignorance)
2014 The Grand Budapest Hotel
2001 The Royal Tenenbaums
2012 Moonrise Kingdom
2009 Fantastic Mr. Fox
2018 Isle of Dogs
2015 Mad Max: Fury Road
1979 Mad Max
1981 Mad Max 2
2019 Joker
2017 Get Out
2018 A Quiet Place
2020 A Quiet Place Part II
2022 Everything Everywhere All at Once
2023 Oppenheimer
2023 Barbie
2009 Avatar
2022 Avatar: The Way of Water
1959 Some Like It Hot
1950 Sunset Boulevard
1950 All About Eve
1960 The Apartment
1957 12 Angry Men
1962 Lawrence of Arabia
1957 The Bridge on the River Kwai
1965 Doctor Zhivago
1939 Gone with the Wind
1939 The Wizard of Oz
1952 Singin' in the Rain
1961 West Side Story
2021 West Side Story
1965 The Sound of Music
1968 Once Upon a Time in the West
1984 Once Upon a Time in America
2019 Once Upon a Time in Hollywood
1966 The Good, the Bad and the Ugly
1975 One Flew Over the Cuckoo's Nest
1977 Annie Hall
1979 Manhattan
2011 Midnight in Paris
1995 Before Sunrise
2004 Before Sunset
2013 Before Midnight
2003 Lost in Translation
1988 Rain Man
1991 The Silence of the Lambs
2001 Hannibal
1995 Braveheart
1995 The Usual Suspects
1987 The Untouchables
1983 Scarface
1932 Scarface
1973 The Exorcist
1978 Halloween
2018 Halloween
1984 A Nightmare on Elm Street
2010 A Nightmare on Elm Street
1982 The Thing
2011 The Thing
1951 The Thing from Another World
1986 The Fly
1958 The Fly
1933 King Kong
1976 King Kong
2005 King Kong
1998 Godzilla
2014 Godzilla
2001 Ocean's Eleven
1960 Ocean's 11
2004 Ocean's Twelve
2018 Ocean's Eight
1937 A Star Is Born
1954 A Star Is Born
2018 A Star Is Born
2003 Love Actually
1970 Love Story
1998 Shakespeare in Love
2002 Punch-Drunk Love
1999 Notting Hill
1994 Four Weddings and a Funeral
2012 Amour
1960 À bout de souffle
1959 Les Quatre Cents Coups
1962 Jules et Jim
1963 Le Mépris
1965 Pierrot le Fou
1962 Cléo de 5 à 7
1939 La Règle du jeu
1937 La Grande Illusion
1934 L'Atalante
1946 La Belle et la Bête
1945 Les Enfants du paradis
1953 Le Salaire de la peur
1955 Les Diaboliques
1956 Un condamné à mort s'est échappé
1959 Pickpocket
1966 Au hasard Balthazar
1967 Le Samouraï
1970 Le Cercle rouge
1969 L'Armée des ombres
1967 Belle de jour
1967 Playtime
1958 Mon oncle
1953 Les Vacances de monsieur Hulot
1961 L'Année dernière à Marienbad
1959 Hiroshima mon amour
1966 La Grande Vadrouille
1964 Le Gendarme de Saint-Tropez
1973 La Nuit américaine
1980 Le Dernier Métro
1981 Diva
1985 Subway
1988 Le Grand Bleu
1990 Nikita
1994 Léon
1986 Jean de Florette
1986 Manon des sources
1990 Cyrano de Bergerac
1991 Delicatessen
1991 Les Amants du Pont-Neuf
1993 Trois couleurs : Bleu
1994 Trois couleurs : Blanc
1994 Trois couleurs : Rouge
1995 La Haine
1995 La Cité des enfants perdus
1998 Le Dîner de cons
2001 Le Fabuleux Destin d'Amélie Poulain
2001 La Pianiste
2002 Irréversible
2004 Les Choristes
2005 Caché
2007 Le Scaphandre et le Papillon
2008 Entre les murs
2008 Bienvenue chez les Ch'tis
2009 Un prophète
2011 Intouchables
2012 De rouille et d'os
2013 La Vie d'Adèle
2016 Elle
2019 Portrait de la jeune fille en feu
2021 Titane
2023 Anatomie d'une chute
1927 Metropolis
1922 Nosferatu, eine Symphonie des Grauens
1979 Nosferatu: Phantom der Nacht
1931 M
1920 Das Cabinet des Dr. Caligari
1930 Der blaue Engel
1924 Der letzte Mann
1933 Das Testament des Dr. Mabuse
1944 Die Feuerzangenbowle
1972 Aguirre, der Zorn Gottes
1982 Fitzcarraldo
1974 Jeder für sich und Gott gegen alle
1974 Angst essen Seele auf
1979 Die Ehe der Maria Braun
1979 Die Blechtrommel
1981 Das Boot
1987 Der Himmel über Berlin
1984 Die unendliche Geschichte
1998 Lola rennt
2003 Good Bye, Lenin!
2004 Der Untergang
2004 Gegen die Wand
2004 Die fetten Jahre sind vorbei
2006 Das Leben der Anderen
2007 Die Fälscher
2007 Auf der anderen Seite
2008 Der Baader Meinhof Komplex
2009 Das weiße Band
2009 Soul Kitchen
2012 Oh Boy
2015 Victoria
2016 Toni Erdmann
2022 Im Westen nichts Neues
2001 Der Schuh des Manitu
1973 Die Legende von Paul und Paula
2010 Die Fremde
2011 Almanya – Willkommen in Deutschland
2006 Das Parfum – Die Geschichte eines Mörders
2013 Fack ju Göhte
2015 Fack ju Göhte 2
2014 Phoenix
1975 Die verlorene Ehre der Katharina Blum
1961 Viridiana
1950 Los olvidados
1962 El ángel exterminador
1973 El espíritu de la colmena
1976 Cría cuervos
1988 Mujeres al borde de un ataque de nervios
1989 ¡Átame!
1999 Todo sobre mi madre
2002 Hable con ella
2004 La mala educación
2006 Volver
2011 La piel que habito
2019 Dolor y gloria
2006 El laberinto del fauno
2001 El espinazo del diablo
2007 El orfanato
2004 Mar adentro
1997 Abre los ojos
1996 Tesis
2000 Amores perros
2001 Y tu mamá también
2009 El secreto de sus ojos
2000 Nueve reinas
2014 Relatos salvajes
2005 El método
2018 Roma
1992 El mariachi
1992 Como agua para chocolate
1993 Fresa y chocolate
2007 REC
1948 Ladri di biciclette
1945 Roma città aperta
1954 La strada
1960 La dolce vita
1963 8½
1973 Amarcord
1960 L'avventura
1961 La notte
1962 L'eclisse
1963 Il gattopardo
1988 Nuovo Cinema Paradiso
1997 La vita è bella
2013 La grande bellezza
2008 Gomorra
1958 Popiół i diament
1962 Nóż w wodzie
1957 Kanał
1955 Pokolenie
1965 Rękopis znaleziony w Saragossie
1975 Ziemia obiecana
1977 Człowiek z marmuru
1981 Człowiek z żelaza
1981 Przypadek
1988 Krótki film o zabijaniu
1988 Krótki film o miłości
1991 Podwójne życie Weroniki
1984 Seksmisja
1981 Miś
1970 Rejs
1992 Psy
1994 Psy 2. Ostatnia krew
1999 Dług
2002 Dzień świra
2002 Pianista
2013 Ida
2011 W ciemności
2018 Zimna wojna
2019 Boże Ciało
2016 Ostatnia rodzina
2004 Wesele
1973 Wesele
1974 Potop
1999 Ogniem i mieczem
1960 Krzyżacy
1999 Pan Tadeusz
2012 Pokłosie
2023 Chłopi
1982 Yol
1978 Sürü
1970 Umut
1977 Selvi Boylum, Al Yazmalım
1975 Hababam Sınıfı
1976 Hababam Sınıfı Uyanıyor
1976 Tosun Paşa
1977 Çöpçüler Kralı
1976 Kapıcılar Kralı
1978 Kibar Feyzo
1964 Susuz Yaz
1996 Eşkıya
1997 Masumiyet
2006 Kader
2002 Uzak
2006 İklimler
2008 Üç Maymun
2011 Bir Zamanlar Anadolu'da
2014 Kış Uykusu
2018 Ahlat Ağacı
2023 Kuru Otlar Üstüne
2005 Babam ve Oğlum
2004 G.O.R.A.
2008 A.R.O.G
2001 Vizontele
2010 Bal
2008 Süt
2007 Yumurta
2009 Nefes: Vatan Sağolsun
2011 Aşk Tesadüfleri Sever
2019 7. Koğuştaki Mucize
2012 Fetih 1453
2015 Mustang
1994 Mùi đu đủ xanh
1995 Xích lô
2000 Mùa hè chiều thẳng đứng
1999 Ba mùa
2007 Áo lụa Hà Đông
2007 Dòng máu anh hùng
2009 Đừng đốt
2010 Cánh đồng bất tận
2015 Tôi thấy hoa vàng trên cỏ xanh
2017 Cô Ba Sài Gòn
2019 Hai Phượng
2019 Mắt biếc
2021 Bố già
2023 Nhà bà Nữ
1984 Bao giờ cho đến tháng mười
1979 Cánh đồng hoang
2024 Mai
1957 Det sjunde inseglet
1957 Smultronstället
1966 Persona
1972 Viskningar och rop
1982 Fanny och Alexander
1955 Sommarnattens leende
1953 Sommaren med Monika
1978 Höstsonaten
1973 Scener ur ett äktenskap
1986 Offret
1998 Fucking Åmål
2000 Sånger från andra våningen
2008 Låt den rätte komma in
2009 Män som hatar kvinnor
2009 Flickan som lekte med elden
2009 Luftslottet som sprängdes
2015 En man som heter Ove
2014 Turist
2017 The Square
2013 Hundraåringen som klev ut genom fönstret och försvann
1985 Mitt liv som hund
2004 Så som i himmelen
1987 Babettes gæstebud
1987 Pelle Erobreren
1998 Festen
1998 Idioterne
1996 Breaking the Waves
2000 Dancer in the Dark
2005 Adams æbler
2006 Efter brylluppet
2010 Hævnen
2012 Jagten
2012 En kongelig affære
2015 Under sandet
2018 Den skyldige
2020 Druk
1968 Olsen-banden
1955 Ordet
1964 Gertrud
1943 Vredens dag
1975 Flåklypa Grand Prix
2010 Trolljegeren
2012 Kon-Tiki
2021 Verdens verste menneske
2011 Oslo, 31. august
2008 Max Manus
2015 Bølgen
1955 Tuntematon sotilas
2017 Tuntematon sotilas
2002 Mies vailla menneisyyttä
2015 Hrútar
`;

const realCyrillic = `
1925 Броненосец «Потёмкин»
1924 Стачка
1928 Октябрь
1930 Земля
1929 Человек с киноаппаратом
1938 Александр Невский
1944 Иван Грозный
1956 Карнавальная ночь
1957 Летят журавли
1959 Баллада о солдате
1959 Судьба человека
1961 Человек-амфибия
1962 Иваново детство
1964 Гамлет
1964 Добро пожаловать, или Посторонним вход воспрещён
1965 Операция «Ы» и другие приключения Шурика
1966 Берегись автомобиля
1966 Андрей Рублёв
1967 Кавказская пленница, или Новые приключения Шурика
1967 Война и мир
1968 Золотой телёнок
1969 Бриллиантовая рука
1970 Белое солнце пустыни
1971 Джентльмены удачи
1971 12 стульев
1976 12 стульев
1972 Солярис
1972 А зори здесь тихие…
2015 А зори здесь тихие…
1973 Иван Васильевич меняет профессию
1974 Калина красная
1975 Зеркало
1975 Афоня
1975 Ирония судьбы, или С лёгким паром!
2007 Ирония судьбы. Продолжение
1977 Служебный роман
2011 Служебный роман. Наше время
1978 Обыкновенное чудо
1979 Сталкер
1979 Москва слезам не верит
1979 Место встречи изменить нельзя
1979 Осенний марафон
1979 Тот самый Мюнхгаузен
1979 Экипаж
2016 Экипаж
1981 Тегеран-43
1982 Покровские ворота
1982 Вокзал для двоих
1983 Ностальгия
1984 Любовь и голуби
1984 Жестокий романс
1985 Иди и смотри
1985 Зимний вечер в Гаграх
1986 Кин-дза-дза!
1987 Асса
1987 Человек с бульвара Капуцинов
1988 Собачье сердце
1988 Маленькая Вера
1988 Игла
1990 Такси-блюз
1994 Утомлённые солнцем
2010 Утомлённые солнцем 2: Предстояние
1995 Особенности национальной охоты
1996 Кавказский пленник
1997 Брат
2000 Брат 2
2002 Сёстры
1998 Хрусталёв, машину!
1998 Сибирский цирюльник
2002 Русский ковчег
2002 Кукушка
2003 Возвращение
2004 Ночной дозор
2006 Дневной дозор
2005 9 рота
2006 Остров
2007 12
2007 Груз 200
2007 Монгол
2008 Стиляги
2010 Край
2011 Елена
2012 Метро
2013 Горько!
2014 Горько! 2
2013 Легенда №17
2014 Левиафан
2014 Дурак
2017 Нелюбовь
2017 Аритмия
2017 Движение вверх
2018 Лето
2018 Т-34
2019 Дылда
1965 Тіні забутих предків
1972 Пропала грамота
2014 Плем'я
2018 Донбас
2019 Атлантида
1972 Козият рог
2001 Мисия Лондон
1980 Ко то тамо пева
1984 Балкански шпијун
`;

const realGreek = `
1948 Οι Γερμανοί ξανάρχονται
1950 Ο μεθύστακας
1955 Στέλλα
1955 Η κάλπικη λίρα
1955 Λατέρνα, φτώχεια και φιλότιμο
1956 Το κορίτσι με τα μαύρα
1956 Ο δράκος
1958 Το τελευταίο ψέμα
1959 Ο Ηλίας του 16ου
1959 Το ξύλο βγήκε απ' τον Παράδεισο
1960 Ποτέ την Κυριακή
1961 Αλίκη στο Ναυτικό
1962 Ηλέκτρα
1963 Μικρές Αφροδίτες
1964 Αλέξης Ζορμπάς
1964 Η χαρτοπαίχτρα
1964 Κάτι να καίει
1965 Μια τρελή τρελή οικογένεια
1966 Διπλοπενιές
1966 Ο φόβος
1967 Οι θαλασσιές οι χάντρες
1968 Γοργόνες και μάγκες
1970 Αναπαράσταση
1971 Ευδοκία
1972 Μέρες του '36
1975 Ο θίασος
1977 Οι κυνηγοί
1977 Ιφιγένεια
1980 Ο Μεγαλέξανδρος
1983 Ρεμπέτικο
1984 Ταξίδι στα Κύθηρα
1986 Ο μελισσοκόμος
1988 Τοπίο στην ομίχλη
1991 Το μετέωρο βήμα του πελαργού
1995 Το βλέμμα του Οδυσσέα
1998 Μια αιωνιότητα και μια μέρα
2003 Πολίτικη Κουζίνα
2004 Νύφες
2004 Το λιβάδι που δακρύζει
2009 Κυνόδοντας
2009 Ακαδημία Πλάτωνος
2011 Άλπεις
2011 Άδικος κόσμος
2012 Ο Θεός αγαπάει το χαβιάρι
2014 Το μικρό ψάρι
2015 Ένας άλλος κόσμος
2016 Έτερος Εγώ
2019 Ευτυχία
2020 Μήλα
`;

const realArabic = `
1954 صراع في الوادي
1958 باب الحديد
1958 جميلة
1959 دعاء الكروان
1960 بداية ونهاية
1961 في بيتنا رجل
1962 اللص والكلاب
1962 الخطايا
1963 الناصر صلاح الدين
1965 الحرام
1966 القاهرة 30
1966 مراتي مدير عام
1969 المومياء
1969 الأرض
1969 شيء من الخوف
1969 أبي فوق الشجرة
1971 ثرثرة فوق النيل
1972 خلي بالك من زوزو
1973 العصفور
1975 الكرنك
1975 وقائع سنين الجمر
1976 الرسالة
1978 إسكندرية... ليه؟
1981 عمر المختار
1986 البريء
1986 ريح السد
1991 الكيت كات
1992 الإرهاب والكباب
1994 الإرهابي
1994 صمت القصور
1995 طيور الظلام
1996 ناصر 56
1997 المصير
1998 صعيدي في الجامعة الأمريكية
2000 علي زاوا
2001 أيام السادات
2002 يد إلهية
2003 سهر الليالي
2005 الجنة الآن
2006 عمارة يعقوبيان
2007 سكر بنات
2007 الجزيرة
2014 الجزيرة 2
2007 هي فوضى
2010 عسل إسود
2011 هلأ لوين
2012 وجدة
2013 عمر
2014 ذيب
2014 الفيل الأزرق
2019 الفيل الأزرق 2
2016 اشتباك
2017 قضية رقم 23
2018 كفرناحوم
2019 الممر
2019 كازابلانكا
2022 كيرة والجن
1997 بچه‌های آسمان
1997 طعم گیلاس
1990 کلوزآپ، نمای نزدیک
2009 درباره الی
2011 جدایی نادر از سیمین
2016 فروشنده
2007 خدا کے لیے
2011 بول
`;

const realHebrew = `
1964 סאלח שבתי
1971 השוטר אזולאי
1972 מציצים
1972 אני אוהב אותך רוזה
1973 קזבלן
1975 חגיגה בסנוקר
1976 גבעת חלפון אינה עונה
1977 מבצע יונתן
1978 אסקימו לימון
1982 חמסין
1984 מאחורי הסורגים
1987 אבא גנוב
1988 הקיץ של אביה
1992 החיים על פי אגפא
1994 שחור
1999 קדוש
1999 החברים של יאנה
2000 כיפור
2001 חתונה מאוחרת
2002 יוסי וג'אגר
2003 כנפיים שבורות
2003 מסעות ג'יימס בארץ הקודש
2004 האושפיזין
2004 ללכת על המים
2006 הבועה
2007 ביקור התזמורת
2007 בופור
2008 ואלס עם באשיר
2008 עץ לימון
2009 לבנון
2009 עג'מי
2010 שליחותו של הממונה על משאבי אנוש
2011 הערת שוליים
2011 השוטר
2012 למלא את החלל
2013 בית לחם
2013 מי מפחד מהזאב הרע
2014 גט
2014 אפס ביחסי אנוש
2014 הגננת
2016 סופת חול
2016 לא פה, לא שם
2017 פוקסטרוט
2017 האופה מברלין
2019 מילים נרדפות
`;

const realDevanagari = `
1951 आवारा
1953 दो बीघा ज़मीन
1955 श्री 420
1955 देवदास
2002 देवदास
1957 मदर इंडिया
1957 प्यासा
1959 कागज़ के फूल
1960 मुगल-ए-आज़म
1964 संगम
1965 गाइड
1966 तीसरी मंज़िल
1970 मेरा नाम जोकर
1971 आनंद
1972 पाकीज़ा
1973 ज़ंजीर
1973 बॉबी
1975 शोले
1975 दीवार
1977 अमर अकबर एंथनी
1978 डॉन
2006 डॉन
2011 डॉन 2
1979 गोल माल
1981 उमराव जान
2006 उमराव जान
1983 जाने भी दो यारो
1987 मिस्टर इंडिया
1993 डर
1993 बाज़ीगर
1994 हम आपके हैं कौन..!
1994 अंदाज़ अपना अपना
1995 दिलवाले दुल्हनिया ले जायेंगे
2015 दिलवाले
1997 दिल तो पागल है
1998 कुछ कुछ होता है
1998 सत्या
2000 मोहब्बतें
2000 हेरा फेरी
2006 फिर हेरा फेरी
2001 लगान
2001 दिल चाहता है
2001 कभी खुशी कभी ग़म
2003 मुन्नाभाई एम.बी.बी.एस.
2006 लगे रहो मुन्नाभाई
2003 मक़बूल
2003 कल हो ना हो
2004 स्वदेस
2004 वीर-ज़ारा
2004 धूम
2006 धूम 2
2006 रंग दे बसंती
2006 ओमकारा
2007 तारे ज़मीन पर
2007 चक दे! इंडिया
2007 जब वी मेट
2009 3 इडियट्स
2010 उड़ान
2011 ज़िंदगी ना मिलेगी दोबारा
2012 गैंग्स ऑफ़ वासेपुर
2012 गैंग्स ऑफ़ वासेपुर 2
2012 बर्फी!
2012 जब तक है जान
2012 कहानी
2016 कहानी 2
2013 द लंचबॉक्स
2013 क्वीन
2013 भाग मिल्खा भाग
2013 चेन्नई एक्सप्रेस
2013 ये जवानी है दीवानी
2014 पीके
2014 हैदर
2014 कोर्ट
2015 मसान
2015 बजरंगी भाईजान
2015 बाजीराव मस्तानी
2015 दृश्यम
2022 दृश्यम 2
2016 दंगल
2016 सैराट
2018 पद्मावत
2018 अंधाधुन
2018 तुम्बाड
2019 गली बॉय
2023 पठान
2023 जवान
`;

const realThai = `
1970 มนต์รักลูกทุ่ง
1977 แผลเก่า
2014 แผลเก่า
1997 2499 อันธพาลครองเมือง
1999 นางนาก
2000 ฟ้าทะลายโจร
2000 บางระจัน
2000 สตรีเหล็ก
2001 สุริโยไท
2001 มนต์รักทรานซิสเตอร์
2002 สุดเสน่หา
2002 15 ค่ำ เดือน 11
2003 องค์บาก
2008 องค์บาก 2
2003 แฟนฉัน
2003 บิวตี้ฟูล บ๊อกเซอร์
2004 ชัตเตอร์ กดติดวิญญาณ
2004 สัตว์ประหลาด!
2004 โหมโรง
2005 ต้มยำกุ้ง
2013 ต้มยำกุ้ง 2
2006 แสงศตวรรษ
2006 เด็กหอ
2007 แฝด
2007 รักแห่งสยาม
2007 ตำนานสมเด็จพระนเรศวรมหาราช
2008 สี่แพร่ง
2009 ห้าแพร่ง
2008 ช็อคโกแลต
2009 ความสุขของกะทิ
2009 รถไฟฟ้า มาหานะเธอ
2009 เฉือน
2010 กวน มึน โฮ
2010 ลุงบุญมีระลึกชาติ
2010 สิ่งเล็กเล็กที่เรียกว่า...รัก
2011 ลัดดาแลนด์
2012 รัก 7 ปี ดี 7 หน
2012 ATM เออรัก เออเร่อ
2013 พี่มาก..พระโขนง
2013 ตั้งวง
2014 คิดถึงวิทยา
2014 ไอฟาย..แต๊งกิ้ว..เลิฟยู้
2015 ฟรีแลนซ์.. ห้ามป่วย ห้ามพัก ห้ามรักหมอ
2016 แฟนเดย์ แฟนกันแค่วันเดียว
2016 ขุนพันธ์
2018 ขุนพันธ์ 2
2017 ฉลาดเกมส์โกง
2019 ฮาวทูทิ้ง ทิ้งอย่างไรไม่ให้เหลือเธอ
2021 ร่างทรง
2023 สัปเหร่อ
2024 หลานม่า
`;

const realJapanese = `
1949 晩春
1949 野良犬
1950 羅生門
1951 麦秋
1952 生きる
1953 東京物語
1953 雨月物語
1953 君の名は
2016 君の名は。
1954 七人の侍
1954 ゴジラ
1954 山椒大夫
1955 浮雲
1957 蜘蛛巣城
1958 隠し砦の三悪人
1958 無法松の一生
1958 楢山節考
1983 楢山節考
1959 お早よう
1960 悪い奴ほどよく眠る
1961 用心棒
1962 椿三十郎
2007 椿三十郎
1962 切腹
1962 秋刀魚の味
1962 座頭市物語
2003 座頭市
1963 天国と地獄
1964 怪談
1964 砂の女
1965 赤ひげ
1969 男はつらいよ
1976 愛のコリーダ
1979 ルパン三世 カリオストロの城
1980 影武者
1983 戦場のメリークリスマス
1983 時をかける少女
2006 時をかける少女
1984 風の谷のナウシカ
1985 乱
1985 タンポポ
1986 天空の城ラピュタ
1988 となりのトトロ
1988 火垂るの墓
1988 AKIRA
1989 魔女の宅急便
1991 おもひでぽろぽろ
1992 紅の豚
1993 ソナチネ
1994 平成狸合戦ぽんぽこ
1995 耳をすませば
1995 GHOST IN THE SHELL / 攻殻機動隊
1996 Shall we ダンス?
1997 もののけ姫
1997 HANA-BI
1997 うなぎ
1997 CURE
1997 新世紀エヴァンゲリオン劇場版 Air/まごころを、君に
1998 リング
1999 リング2
1998 PERFECT BLUE
1999 ワンダフルライフ
2000 バトル・ロワイアル
2003 バトル・ロワイアルII 鎮魂歌
2001 千と千尋の神隠し
2001 回路
2002 千年女優
2002 猫の恩返し
2002 たそがれ清兵衛
2003 呪怨
2003 東京ゴッドファーザーズ
2004 ハウルの動く城
2004 誰も知らない
2004 下妻物語
2005 ALWAYS 三丁目の夕日
2006 嫌われ松子の一生
2006 フラガール
2006 パプリカ
2007 秒速5センチメートル
2008 崖の上のポニョ
2008 おくりびと
2008 トウキョウソナタ
2009 サマーウォーズ
2010 告白
2010 借りぐらしのアリエッティ
2011 コクリコ坂から
2012 おおかみこどもの雨と雪
2013 風立ちぬ
2013 かぐや姫の物語
2013 そして父になる
2013 言の葉の庭
2014 思い出のマーニー
2015 海街diary
2015 バケモノの子
2016 シン・ゴジラ
2016 聲の形
2017 カメラを止めるな!
2018 万引き家族
2019 天気の子
2020 劇場版「鬼滅の刃」無限列車編
2021 ドライブ・マイ・カー
2022 すずめの戸締まり
2022 THE FIRST SLAM DUNK
2023 ゴジラ-1.0
2023 怪物
2023 君たちはどう生きるか
`;

const realKorean = `
1960 하녀
2010 하녀
1961 오발탄
1993 서편제
1997 접속
1998 8월의 크리스마스
1999 쉬리
2000 박하사탕
2000 플란다스의 개
2000 공동경비구역 JSA
2001 친구
2013 친구 2
2001 엽기적인 그녀
2001 봄날은 간다
2002 복수는 나의 것
2002 오아시스
2002 취화선
2002 집으로...
2003 올드보이
2003 살인의 추억
2003 장화, 홍련
2003 봄 여름 가을 겨울 그리고 봄
2003 실미도
2003 클래식
2004 빈 집
2004 태극기 휘날리며
2004 내 머리 속의 지우개
2005 친절한 금자씨
2005 왕의 남자
2005 웰컴 투 동막골
2005 달콤한 인생
2006 괴물
2007 밀양
2007 디 워
2008 추격자
2008 좋은 놈, 나쁜 놈, 이상한 놈
2009 마더
2009 박쥐
2009 해운대
2010 시
2010 악마를 보았다
2010 아저씨
2011 써니
2012 광해, 왕이 된 남자
2012 건축학개론
2012 도둑들
2012 피에타
2013 설국열차
2013 변호인
2013 7번방의 선물
2014 명량
2014 국제시장
2014 수상한 그녀
2015 암살
2015 사도
2015 베테랑
2024 베테랑2
2016 부산행
2016 아가씨
2016 곡성
2016 밀정
2017 택시운전사
2017 옥자
2017 범죄도시
2022 범죄도시2
2017 1987
2017 남한산성
2017 신과함께-죄와 벌
2018 신과함께-인과 연
2018 버닝
2018 공작
2018 리틀 포레스트
2019 기생충
2019 극한직업
2019 벌새
2020 미나리
2021 모가디슈
2022 헤어질 결심
2023 콘크리트 유토피아
2023 서울의 봄
2024 파묘
`;

const realChinese = `
1934 神女
1948 小城之春
1961 大闹天宫
1966 大醉侠
1967 独臂刀
1971 侠女
1972 精武门
1973 龙争虎斗
1978 醉拳
1994 醉拳II
1984 黄土地
1985 警察故事
1986 英雄本色
1986 恐怖分子
1987 红高粱
1987 倩女幽魂
2011 倩女幽魂
1987 胭脂扣
1989 悲情城市
1989 喋血双雄
1989 赌神
1990 阿飞正传
1991 黄飞鸿
1991 大红灯笼高高挂
1991 牯岭街少年杀人事件
1992 阮玲玉
1992 辣手神探
1993 霸王别姬
1993 喜宴
1993 蓝风筝
1994 活着
1994 重庆森林
1994 东邪西毒
1994 饮食男女
1994 阳光灿烂的日子
1994 金枝玉叶
1995 大话西游之大圣娶亲
1996 甜蜜蜜
1996 食神
1997 春光乍泄
1997 甲方乙方
1998 小武
1999 喜剧之王
1999 我的父亲母亲
1999 一个都不能少
2000 卧虎藏龙
2000 花样年华
2000 一一
2000 站台
2000 鬼子来了
2001 少林足球
2001 大腕
2001 蓝宇
2002 英雄
2002 无间道
2003 无间道II
2003 手机
2004 2046
2004 功夫
2004 十面埋伏
2004 世界
2004 天下无贼
2006 满城尽带黄金甲
2006 三峡好人
2007 色,戒
2007 投名状
2007 太阳照常升起
2008 赤壁
2008 叶问
2010 叶问2
2008 海角七号
2010 让子弹飞
2010 唐山大地震
2011 赛德克·巴莱
2011 失恋33天
2011 那些年,我们一起追的女孩
2012 人再囧途之泰囧
2013 一代宗师
2013 天注定
2014 白日焰火
2015 战狼
2017 战狼2
2015 山河故人
2015 刺客聂隐娘
2015 捉妖记
2015 西游记之大圣归来
2015 我的少女时代
2015 唐人街探案
2018 唐人街探案2
2021 唐人街探案3
2016 美人鱼
2016 大鱼海棠
2016 我不是潘金莲
2018 我不是药神
2018 江湖儿女
2018 影
2019 流浪地球
2023 流浪地球2
2019 哪吒之魔童降世
2019 少年的你
2019 我和我的祖国
2020 八佰
2021 长津湖
2021 你好,李焕英
2022 独行月球
2023 满江红
`;

// Neighbours in spelling, prefixes and short titles that stand close to the famous ones.
const neighbours = `
Heart|Hearts|The Heart|Heath|Heathers|Hate|Heat Wave|Heartbeat|Heart of Stone|Heartland|Hear Me
Allen|Alive Again|The Alien|Alien Night|Alias|Aline|Alliance|It's Alive|It Comes at Night|Itch
It Could Happen to You|Bit|Hit|Hit and Run|Hits|Is It|Upside Down|Up All Night|Ups|U.S.|Use
Mask|Masks|Mass|Mash Up|Smash|Marsh|March|Match|The Match|Wall|The Wall|Walls|Wall of Fire|Valley
Seven|Seven Days|Seven Nights|Severn|Never|Sever|Eleven|Jaw|Laws|Paws|Claws|Joke|Jokes|The Joker
Dunes|June|The Dune|Done|Dunes of Love|Here|Hers|Heroes|The Hero|Heron|Hera|There|Where|Sphere
Brush|Crush|The Crush|Bush|Hush|Rushes|Crashing|Cash|Clash|Trash|Speeding|Spree|Seed|The Speed
Rooms|The Room|Boom|Groom|Broom|Romeo|Rome|Romance|Rom|Aroma|Coconut|Cobra|Loco|Toro|Taco
Glasses|Grass|The Glass|Class|The Class|Gloss|Car|The Car|Cards|Scars|Carts|Cats|Card Night
Sings|Singing|Sign|The Sign|Sighs|Bigger|Bug|Bag|Big Night|Big Love|The Big One|Bigfoot|Fig
Token|Taker|Takers|The Taken|Take|Wake|Waken|Fargo Nights|Cargo|Largo|Embargo|Inspection
Perception|Deception|Reception|Infection|The Inception|Memento Mori|Momento|Moments|Mementos
Gladiators|The Gladiator|Gladiola|Titan|Titans|The Titans|Titania|Botanic|Psychic|Psychos|Psych
Avatars|Aviator|The Aviator|Gravity Falls|Gravy|Graves|Grave|Graven|Vertical|Vertigo Nights
Casa|Casablanca Express|Casinos|Casino Royale|Casino Night|Cousin|Cousins|Fight|The Fight|Fights
Fright Night|Flight|The Flight|Flights|Night Flight|Club|Clubs|Club Night|Matrices|Mattress
The Mattress|Shine|Shining Through|Shrine|The Shrine|Thing|Things|The Things|The Think|Think
Fly|Flies|Fly Away|Flying|The Spy|Spy|Sly|Shy|Shriek|Shrink|Shrew|Coma|Comas|Comet|The Comet
Predators|Creditors|Presenter|Robot|Robots|I, Robot|Robocops|Blades|The Blade|Blame|Bland|Brad
Runner|The Runner|Running|Blade of Night|Bird|Birds|The Bird|Birdy|Birdman|Beard|Words|The Words
Joy|Boy|The Boy|Boys|Toy|Toys|Toy Soldiers|Story|The Story|Love|The Love|Loved|Lover|The Lover
Lovers|Loves|Glove|The Glove|Dove|Move|Movie|Alove|Love Love|Night|The Night|Nights|Knight
Knights|The Knight|Nightfall|Nightly|Tonight|Light|The Light|Lights|Tight|Sight|Might|Right
M|Mom|Z|Q|X|X2|Pi|Ali|Ray|Ran|Rain|Train|Brain|Drain|Run|Gun|Sun|Son|The Son|Moon|The Moon|Noon
21|21 Grams|22|23|27|42|88|99|100|101|127|1408|1492|1900|1922|1941|1945|1969|1971|1985|2001|2020
2046 Nights|3000|300 Days|301|1918|1917 Days|10|11|12|12 Angry Women|13|13 Ghosts|9|9 to 5|8|7
Брат мой|Братья|Брать|Братва|Бра|Игра|Игры|Иглы|Мигла|Лето любви|Лета|Лёд|Лёд 2|Лес|Лис|Лист
Сталкеры|Сталь|Стакер|Зеркала|Зеркальце|Остров любви|Острова|Острог|Елена Прекрасная|Еленка
Солярий|Соляр|Экипажи|Дураки|Дура|Кукушата|Служебная собака|Роман|Романс|Романтика|Дозор|Ночь
Ηλέκτρα 2|Στέλλα μου|Στέλα|Μήλο|Μήλα και μέλι|Νύφη|Η νύφη|Νύχτα|Η νύχτα|Φόβος|Ο φίλος|Φίλοι
Άλπη|Ευδοκίμου|Ευτυχισμένοι|Κυνηγός|Ο κυνηγός|Κυνηγοί|Κυνόσαρξ|Κουζίνα|Η κουζίνα|Μια μέρα|Μέρα
عمر وسلمى|عمارة|العمارة|الجزيرة الأولى|جزيرة|جزر|الأرض الطيبة|أرض|أرض الخوف|الفيل|الأزرق|الكروان
الرسالة الأخيرة|رسالة|رسائل|ذئب|ذهب|الممرات|ممر|المصير المجهول|مصير|مصر|الحرامي|حرام|الحرم|حب
קדושה|קודש|הקדוש|כיפורים|כיפה|לבן|הלבנון|שחורים|שחר|בועה|הבועות|השוטרת|שוטר|שוטרים|גטו|גת
לימון|עץ|העץ|לימונים|ביקור|הביקור|תזמורת|התזמורת|אהבה|האהבה|לילה|הלילה|שוליים|הערה|הערות
शोला|शोले और शबनम|दीवारें|दीवाना|दीवानी|डॉन का इंतज़ार|डॉ|धूप|धूल|कहानियां|कहना|कोर्स|लगन|लागा
आनंदी|नंद|दंगा|दंग|पठानी|जवानी|जवान दिल|बॉब|बाबा|रात|प्यार|तारे|ज़मीन|तारा|सत्यम|सत्य|उड़ानें
แฝดสยาม|แฝดนรก|นาก|นางนวล|นาง|องค์|องค์ดำ|ต้มยำ|แฟน|แฟนใหม่|รัก|คืน|คืนรัก|เด็ก|เด็กวัด|พี่มาก|ลุง
リンゴ|リンク|キング|リング0|ゴジ|ゴリラ|コジラ|乱れ|反乱|怪物たち|怪獣|怪談2|告発|告白2|回転|回路2|影|城|愛|夜
トトロ|パプリカ2|ハプニング|タンポポの夜|ソナタ|座頭|生きる2|生きて|君の名|君の声|君の夜|赤い夜|浮き雲
친구들|친구야|괴물들|괴담|마더스|마마|암살자|암살단|버닝맨|시인|시간|시골|시월애|밀양강|쉬운|하녀들|공작새|사랑|밤
써니 데이|박쥐들|곡성역|추격|추격자들|기생|기생수|부산|부산역|부산행 열차|올드|올드맨|오아시스 2|베테랑들|사도들
英雄儿女|英雄泪|大英雄|功夫梦|功夫2|功夫熊|影子|影里|活着真好|生活|喜剧|喜剧人|食神2|手机2|叶问外传|爱|夜|夜宴|爱情
世界尽头|新世界|女侠|侠|侠客|神|女神|赌|赌侠|赌神2|小武2|小城|站|车站|赤壁2|红|红高|高粱|战|狼|战狼传奇|醉|醉侠|霸王
`;

interface Language {
  share: number;
  patterns: string[];
  words: Record<string, string[]>;
  sequels: string[];
  subtitles: string[];
}

function words(text: string): string[] {
  return text.trim().split(/\s+/);
}

function phrases(text: string): string[] {
  return text.split('|');
}

function lower(text: string): string[] {
  return words(text.toLowerCase());
}

const languages: Record<string, Language> = {
  english: {
    share: 6000,
    patterns: phrases(
      'The {a} {n}|The {n}|{a} {n}|{n} of {p}|The {n} of {p}|{n} and {n}|Love in {p}|' +
        "Love and {n}|The {a} Night|Night of the {n}|A Night in {p}|{f}|{f} and {f}|{f}'s {n}|" +
        'My {a} {n}|The Last {n}|Love, {f}|A {n} for {f}|{num} {ns}|The {n} in the {n}|' +
        '{v} the {n}|{n}|{ns}|How to {v} a {n}|Who {v2} {f}?|{a}|No {n} for the {a}|' +
        '{ns} of the Night|Meet {f}|{n} {num}|Love {n}|The {n} of Love|{a} Love|The {n} We Love|' +
        'Night {n}|The {n} at Night',
    ),
    words: {
      a: words(`Silent Broken Golden Dark Lonely Hidden Wild Last First Secret Burning Frozen Lost
        Crimson Distant Empty Falling Gentle Hollow Iron Crooked Little Lucky Midnight Naked Open
        Painted Quiet Red Blue White Black Green Restless Savage Scarlet Shallow Silver Sleeping
        Strange Stolen Sweet Tender Thin Twisted Unholy Velvet Violent Wicked Wooden Young Old New
        Ancient Bitter Blind Bright Brave Cold Cruel Deadly Deep Endless Faithful Final Perfect`),
      n: words(`Heart Night River House Garden Road Bridge Summer Winter Storm Shadow Mirror
        Window Door Soldier Stranger Widow Hunter Dancer Painter Teacher Doctor Driver Sailor
        Thief Killer Witness King Queen Prince Daughter Son Mother Father Sister Brother Wife
        Husband Lover Angel Devil Ghost Wolf Lion Horse Bird Crow Eagle Snake Spider Tiger Moon
        Sun Star Sky Sea Ocean Island Mountain Valley Forest Desert City Village Street Hotel
        Station Train Ship Letter Song Dance Game War Peace Dream Memory Promise Lie Truth Crime
        Murder Wedding Funeral Party Feast Harvest Machine Engine Clock Hour Day Year Fire Water
        Stone Bone Blood Smoke Rain Snow Wind`),
      ns: words(`Hearts Nights Rivers Houses Gardens Roads Bridges Summers Storms Shadows Mirrors
        Windows Doors Soldiers Strangers Widows Hunters Dancers Thieves Killers Kings Queens Sons
        Daughters Mothers Sisters Brothers Wives Lovers Angels Devils Ghosts Wolves Lions Horses
        Birds Stars Islands Letters Songs Games Dreams Lies Days Years Fires Stones Bones Miles`),
      p: words(`Paris London Berlin Rome Venice Vienna Prague Lisbon Madrid Dublin Glasgow Oslo
        Tokyo Kyoto Shanghai Bombay Cairo Tangier Havana Mexico Brooklyn Harlem Chicago Dallas
        Memphis Nashville Texas Nevada Montana Alaska Eden Heaven Hell Winter Glass Gold Silence
        Time Dust Ashes Desire Fear Honor Mercy Glory Sorrow Joy Hope`),
      f: words(`Anna Clara Emma Julia Laura Maria Nora Rosa Sofia Vera Adam Arthur Ben Charlie
        Daniel David Edward Frank George Harry Henry Jack James Joe John Leo Max Michael Nick
        Oscar Paul Peter Ray Sam Simon Thomas Victor Walter Will Alice Betty Carol Diana Eve
        Frances Grace Helen Irene Jane Kate Lily Lucy Mary Nina Olivia Ruby Ruth Sarah Stella Tess
        Zoe`),
      v: words('Kill Catch Save Marry Steal Find Lose Forget Remember Follow Hunt Bury Burn Trust'),
      v2: words('Killed Loved Saved Married Framed Lost Forgot Followed Hunted Buried Shot Found'),
      num: words('2 3 4 5 6 7 9 10 12 13 21 24 33 40 50 66 72 88 99 100 200 365 500 1000 3000'),
    },
    sequels: phrases(' 2| II| III| 3|: Part Two| Part II| Returns| 4: The Final Chapter'),
    subtitles: phrases(
      ': The Beginning|: The Return|: The Movie|: Redemption|: A Love Story|: Origins|: Endgame',
    ),
  },
  french: {
    share: 900,
    patterns: phrases(
      "Le {m} {am}|La {f} {af}|Le {m} de {x}|La {f} de {x}|L'amour à {x}|La nuit de {x}|{x}|" +
        'Les {pl} de {x}|Un {m} à {x}|Une {f} à {x}|Le {m} et la {f}|Mon {m}, ma {f}|Le {m}|' +
        "La {f}|Nuit {af}|L'amour du {m}",
    ),
    words: {
      m: words(`garçon père frère château jardin voleur médecin roi rêve train été fleuve café
        désert secret silence soleil ciel miroir voyage mariage procès crime poème géant rôle
        prêtre`),
      f: words(`forêt fenêtre mère sœur maison rivière fête lumière étoile île poupée reine
        fille guerre peur vérité beauté chambre gare plage colère mémoire fée école sorcière
        lettre nuit`),
      pl: words(`enfants amants années héros étrangers témoins frères secrets rêves mémoires
        nuits`),
      am: words(`perdu noir blanc bleu caché brûlé oublié étrange inachevé éternel dernier
        français`),
      af: words('perdue noire blanche bleue cachée brûlée oubliée étrange inachevée éternelle'),
      x: words(`Zoé Chloé Hélène Cécile François Étienne René Noël Éva Théo Aimée Daphné Maïwenn
        Orléans Nîmes Besançon Genève Québec Montréal Marseille Lyon Paris Bordeaux Rémi Agnès`),
    },
    sequels: phrases(' 2| II| 3|, le retour| : deuxième partie'),
    subtitles: phrases(" : une histoire d'amour| : le film| : les origines"),
  },
  german: {
    share: 900,
    patterns: phrases(
      'Der {m}|Die {f}|Das {n}|Der {a} {m}|Die {a} {f}|Das {a} {n}|{x}s {n}|{x} und die {f}|' +
        'Liebe in {x2}|Die Nacht in {x2}|Der {m} und die {f}|{m} aus {x2}|Die {f} von {x2}|' +
        'Liebe, {m} und {f}|Die Nacht der {f}|Ein {n} in {x2}',
    ),
    words: {
      m: words(`Jäger Müller Schüler Mörder König Fluß Gruß Spaß Fuß Kuß Stoß Vater Bruder Träumer
        Bäcker Käfer Löwe Bär Wächter Händler Zöllner Brückenbauer Sommer Schlüssel Tänzer`),
      f: words(`Straße Brücke Mühle Königin Müllerin Schönheit Größe Tür Küche Höhle Wüste Insel
        Lüge Sünde Mutter Schwester Stadt Nacht Blüte Kälte Nähe Träne Prüfung Hütte Säule`),
      n: words('Mädchen Märchen Schloß Haus Dorf Glück Gespräch Geräusch Rätsel Wüten Gemälde Öl'),
      a: words(`große weiße süße heiße schöne böse müde grüne fröhliche plötzliche späte verrückte
        jüngste letzte kühle blaue rote schwarze einsame fremde`),
      x: words(`Käthe Jürgen Günther Björn Sören Götz Jörg Anna Karl Bärbel Uschi Grete Emil
        Sebastian`),
      x2: words(`Köln München Düsseldorf Zürich Nürnberg Würzburg Lübeck Berlin Wien Gießen
        Tübingen`),
    },
    sequels: phrases(' 2| II| 3| – Teil 2| – Die Rückkehr'),
    subtitles: phrases(' – Eine Liebesgeschichte| – Der Film| – Wie alles begann'),
  },
  spanish: {
    share: 900,
    patterns: phrases(
      'El {m} {am}|La {f} {af}|El {m} de {x}|La {f} de {x}|Amor en {x}|La noche de {x}|' +
        'Los {pl}|¿Dónde está {x}?|¡{x}!|El {m} y la {f}|Noche de {pl}|Amor, {m} y {f}|{x}|' +
        'Mi {m}|Tu {f}',
    ),
    words: {
      m: words(`niño sueño jardín corazón camión ladrón rincón río árbol país café músico médico
        otoño baño año león balcón huésped ángel pájaro océano verano bosque silencio espejo`),
      f: words(`niña mañana montaña araña habitación canción pasión lámpara fábrica máquina
        hermana casa ventana sombra reina lluvia playa guerra verdad mentira sangre luna piñata`),
      pl: words(`niños sueños años ladrones ángeles pájaros amantes hermanos extraños músicos
        leones`),
      am: words('perdido último pequeño español dormido ajeno oscuro roto mágico único azul'),
      af: words('perdida última pequeña española dormida ajena oscura rota mágica única azul'),
      x: words(`Málaga Cádiz Bogotá Perú Panamá María José Ángela Íñigo Begoña Lucía Inés Andrés
        Óscar Raúl Sofía Valparaíso Medellín Córdoba León Joaquín Verónica`),
    },
    sequels: phrases(' 2| II| 3|: segunda parte|: el regreso'),
    subtitles: phrases(': una historia de amor|: la película|: el origen'),
  },
  polish: {
    share: 600,
    patterns: phrases(
      '{m}|{f}|{am} {m}|{af} {f}|{m} i {f}|{m} z {x}|{f} z {x}|Miłość w {x2}|Noc w {x2}|' +
        'Noc i {m}|Miłość, {m} i {f}|{af} noc|{m} bez {x3}|{f} bez {x3}',
    ),
    words: {
      m: lower(`Chłopiec Żołnierz Książę Złodziej Mąż Sędzia Dzień Człowiek Pociąg Śnieg Łowca
        Świadek Król Anioł Ptak Dom Ogród Księżyc Wąż Żuraw Świt Zmierzch`),
      f: lower(`Dziewczyna Córka Żona Łódka Róża Książka Wieś Miłość Noc Ścieżka Śmierć Jesień
        Wiosna Ziemia Rzeka Wyspa Łza Mgła Góra Kobieta Żaba Siostra`),
      am: lower(`Ostatni Żółty Biały Czarny Głupi Mały Święty Dziki Cichy Zły Wielki Pierwszy
        Złoty`),
      af: lower('Ostatnia Żółta Biała Czarna Głupia Mała Święta Dzika Cicha Zła Wielka Złota'),
      x: words('Łodzi Gdańska Krakowa Poznania Wrocławia Śląska Warszawy Częstochowy Torunia'),
      x2: words('Łodzi Gdańsku Krakowie Poznaniu Wrocławiu Warszawie Częstochowie Toruniu'),
      x3: words('słońca końca imienia wyjścia światła miłości pamięci grzechu'),
    },
    sequels: phrases(' 2| II|. Część druga|: Powrót'),
    subtitles: phrases(': Początek|: Historia miłosna'),
  },
  turkish: {
    share: 600,
    patterns: phrases(
      '{n}|{a} {n}|Bir {n}|{n} ve {n}|{x} ile {x}|Aşk ve {n}|{a} Gece|{x2} Gecesi|' +
        "{x2}'da {n2}|Benim {a} {n2}|Son {n}|{x}|Aşk {n2}|Gece {n2}",
    ),
    words: {
      n: words(`Işık Kış Güneş Ağaç Çocuk Öğretmen Şoför Düğün Gül Kapı Yıldız Deniz Dağ Köy Şehir
        Yağmur Rüzgâr Ayı Kuş Balık Oğul Kız Hırsız Balıkçı Sır Yalnızlık Özgürlük Ölüm İstasyon`),
      n2: words('Yolculuğu Hikâyesi Şarkısı Türküsü Masalı Oyunu Düşü Evi Çocuğu Kapısı Günlüğü'),
      a: words(`Kırık Sessiz Kızıl Mavi Küçük Büyük Uzun Yalnız Gizli Soğuk Sıcak Altın Kayıp
        Üçüncü`),
      x: words(`Ayşe Fatma Gülşen İbrahim Işıl Şükrü Çiğdem Özge Ümit Nuri Zeynep Kadir Hülya
        Şener`),
      x2: words('İstanbul Ankara Adana Diyarbakır Boğaziçi Çukurova Anadolu'),
    },
    sequels: phrases(' 2| 3|: Dönüş| II'),
    subtitles: phrases(': Başlangıç|: Bir Aşk Hikâyesi'),
  },
  vietnamese: {
    share: 500,
    patterns: phrases(
      '{n} {a}|{n} của {x}|{n} và {n2}|Tình yêu {a}|Đêm {a}|Tình yêu và {n2}|Đêm ở {x2}|{x}|' +
        '{n} ở {x2}|Người {a}|{n} không {n2}',
    ),
    words: {
      n: phrases(
        'Mùa thu|Dòng sông|Con đường|Ngôi nhà|Cô gái|Người đàn ông|Bức thư|Giấc mơ|Bến đò|' +
          'Cánh chim|Mặt trời|Hoa sữa|Đứa trẻ|Chuyến tàu|Thành phố|Vườn cam|Cơn mưa|Biển',
      ),
      n2: phrases('nỗi nhớ|mùa hè|ánh trăng|gió|lửa|nước mắt|ký ức|bóng tối|hạnh phúc|mẹ|cha'),
      a: phrases(
        'cuối cùng|đầu tiên|lặng lẽ|xanh|đỏ|trắng|bị lãng quên|cô đơn|xa lạ|bí mật|không ngủ',
      ),
      x: words('Lan Hạnh Thủy Đức Quỳnh Nguyệt Tuấn Hằng Bảo Yến'),
      x2: phrases('Hà Nội|Sài Gòn|Huế|Đà Lạt|Hội An|Cần Thơ|Đà Nẵng'),
    },
    sequels: phrases(' 2| 3|: Phần hai'),
    subtitles: phrases(': Khởi đầu|: Chuyện tình'),
  },
  scandinavian: {
    share: 700,
    patterns: phrases(
      '{d}|Den {a} {d}|{d} i {x}|{d} och {d}|{d} og {d}|Kärlek i {x}|Kærlighed i {x}|' +
        'Natten i {x}|{p} och {p}|{p} og {p}|{p}|Natt över {x}|En {i}|{i} på {x}|Den siste {i}',
    ),
    words: {
      d: lower(`Sjön Ön Ängeln Bröderna Drömmen Källan Hösten Våren Vägen Båten Flickan Pojken
        Døden Natten Broen Øen Søsteren Kærligheden Fjellet Havet Skyggen Gården Gæsten Møllen
        Kvinnan`),
      i: words(`sjö ö ängel dröm höst vår väg båt flicka pojke gäst mølle søster skygge gård
        bjørn`),
      a: words('svarta röda gröna sista första stille røde grønne siste første ensamma fräcka'),
      x: words('Malmö Göteborg Örebro Ålborg Århus Tromsø Bodø Åbo Kiruna Oslo Köpenhamn Skåne'),
      p: words('Åsa Björn Jörgen Søren Øystein Göran Märta Håkan Kåre Frøya Solveig Märit Åke Ærø'),
    },
    sequels: phrases(' 2| II| 3| – del 2'),
    subtitles: phrases(' – en kärlekshistoria| – filmen'),
  },
  russian: {
    share: 1700,
    patterns: phrases(
      '{m}|{f}|{am} {m}|{af} {f}|{m} и {f}|{m} {g}|{f} {g}|Любовь {g}|Ночь {g}|{af} ночь|' +
        '{x} и {x}|Любовь и {m}|{x}|{m} из {x2}|{f} без {g}|Моя {f}|Мой {m}|Ночь в {x3}|' +
        'Любовь в {x3}',
    ),
    words: {
      m: lower(`Дом Мост Поезд Солдат Доктор Учитель Король Ангел Волк Медведь Остров Город Лес
        Берег Снег Дождь Ветер Огонь Пёс Мёд Лёд Журавль Самолёт Ковёр Актёр Мальчик Сын Отец Брат
        Ключ`),
      f: lower(`Дорога Река Звезда Ёлка Сестра Дочь Весна Осень Зима Война Песня Тайна Тень Птица
        Луна Метель Деревня Невеста Королева Игра Свадьба Память Жизнь Станция Берёза Слеза`),
      am: lower(`Последний Чёрный Белый Красный Зелёный Тихий Старый Весёлый Жёлтый Дальний Чужой
        Тёмный Золотой Большой Маленький Северный`),
      af: lower(`Последняя Чёрная Белая Красная Зелёная Тихая Старая Весёлая Жёлтая Дальняя Чужая
        Тёмная Золотая Большая Северная`),
      g: words(`войны любви ветра солнца моря памяти надежды зимы города времени огня детства
        мечты`),
      x: words('Анна Алёна Семён Фёдор Пётр Артём Надежда Вера Наташа Иван Юлия Матрёна Илья Зоя'),
      x2: words('Москвы Одессы Киева Казани Сибири Минска Твери Харькова'),
      x3: words('Москве Одессе Киеве Казани Сибири Минске Твери Харькове'),
    },
    sequels: phrases(' 2| 3|. Часть вторая|: Возвращение| II'),
    subtitles: phrases(': Начало|. История любви|. Последняя глава'),
  },
  greek: {
    share: 800,
    patterns: phrases(
      'Ο {m}|Η {f}|Το {n}|Ο {m} {g}|Η {f} {g}|Το {n} {g}|Ο έρωτας {g}|Η νύχτα {g}|' +
        'Ο {m} και η {f}|{x}|{x} και {x}|Αγάπη και {f}|Νύχτες στην {x2}|Αγάπη στην {x2}|' +
        'Το {n} και η {f}',
    ),
    words: {
      m: words(`ήλιος άνεμος δρόμος κήπος γιατρός δάσκαλος ναύτης ψαράς βασιλιάς καθρέφτης
        χειμώνας πόλεμος ξένος άγγελος ουρανός λύκος`),
      f: words(`θάλασσα βροχή γυναίκα μητέρα κόρη πόλη γέφυρα άνοιξη μέρα σιωπή αλήθεια μοναξιά
        φωτιά βάρκα αδελφή δασκάλα`),
      n: words(`σπίτι νησί παιδί κορίτσι αγόρι τραγούδι γράμμα τρένο καλοκαίρι όνειρο ψέμα
        μυστικό`),
      g: phrases(
        'της θάλασσας|του χειμώνα|της Αθήνας|της Μαρίας|του πατέρα|της νύχτας|του πολέμου|' +
          'της αγάπης|της Σμύρνης|του Νίκου|της σιωπής|του νησιού',
      ),
      x: words('Μαρία Ελένη Δημήτρης Κώστας Ειρήνη Ιωάννα Φαίδρα Αντιγόνη Ορέστης Χλόη Ζωή Μυρτώ'),
      x2: words('Αθήνα Θεσσαλονίκη Κρήτη Ύδρα Σύρο Πάτρα Χίο Ρόδο'),
    },
    sequels: phrases(' 2| II|: Η επιστροφή|: Μέρος δεύτερο'),
    subtitles: phrases(': Η αρχή|: Μια ιστορία αγάπης'),
  },
  arabic: {
    share: 1000,
    patterns: phrases(
      'ال{n}|ال{n} وال{n}|{n} {x}|{n} في {c}|حب في {c}|ليلة في {c}|ال{n} ال{a}|ليلة ال{n}|' +
        'حب {x}|{n} و{n}|{x}|{x} و{x}|ال{n} الأخير|ليالي {c}|{n} بلا {n}',
    ),
    words: {
      n: words(`بيت باب طريق بحر نهر قمر قلب سر حلم ملك أمير طبيب معلم رجل ولد سائق لص قاتل شاهد
        صديق أستاذ أسد ذئب طائر شتاء صيف ربيع قطار جسر شارع سؤال خوف صمت انتقام إنسان إعصار`),
      a: words('أول ثاني كبير صغير أسود أبيض أحمر أخضر قديم جديد بعيد غريب ضائع مفقود حزين'),
      x: words('ليلى أحمد فاطمة إبراهيم أسماء آمنة إيمان سلمى يحيى مصطفى منى هدى عائشة نادية كريم'),
      c: words('القاهرة بيروت دمشق بغداد تونس الإسكندرية عمان الرباط طنجة حلب يافا أسوان'),
    },
    sequels: phrases(' 2| 3|: الجزء الثاني|: العودة'),
    subtitles: phrases(': البداية|: قصة حب'),
  },
  hebrew: {
    share: 800,
    patterns: phrases(
      'ה{n}|{n} ב{c}|ה{n} של {x}|אהבה ב{c}|לילה ב{c}|{n} ו{n}|ה{n} האחרון|{x}|{x} ו{x}|' +
        'אהבה ו{n}|לילה עם {x}|{n} בלי {n}|ה{n} של אבא|שיר ל{x}',
    ),
    words: {
      n: words(`בית חלום גשר ים נהר חייל רופא מלך סוד שיר ריקוד אח ילד כלב אריה קיץ חורף אביב חלון
        מכתב רחוב לב ספר שעון שומר גנב עד שופט קולנוע מטוס כוכב ירח מסע אדם`),
      c: words('ירושלים חיפה יפו אילת נגב גליל טבריה צפת באר־שבע קיבוץ פריז ברלין'),
      x: words('דוד רחל שרה יעקב נעמי יונתן מרים אברהם תמר אסתר שלמה חנה מיכאל נועם רות'),
    },
    sequels: phrases(' 2| 3|: חלק שני|: השיבה'),
    subtitles: phrases(': ההתחלה|: סיפור אהבה'),
  },
  hindi: {
    share: 1000,
    patterns: phrases(
      '{n}|{a} {n}|{n} और {n}|{n} की {f}|{n} का {m}|प्यार की {f}|रात का {m}|{x} का {m}|' +
        '{x} की {f}|प्यार और {n}|एक {n}|{x} और {x}|{c} की रात|मेरा {m}|मेरी {f}|{c} में प्यार',
    ),
    words: {
      n: words(`दिल घर सड़क पहाड़ लड़का लड़की ज़िंदगी ख़्वाब आवाज़ राज़ क़सम ग़ज़ल फ़ौजी फ़र्ज़
        मंज़िल शहर गांव आसमान बादल सागर चांद सूरज राजा रानी डाकू मां बेटा पुलिस इंसाफ़ दुश्मन
        दोस्त`),
      a: words('आख़िरी पहला अधूरा सच्चा झूठा काला सुनहरा अनजान नया पुराना बड़ा छोटा ख़ूनी'),
      m: words('सपना घर रास्ता दरवाज़ा इंतज़ार बदला वादा साया क़ैदी तोहफ़ा शिकार'),
      f: words('कहानी सड़क आवाज़ क़सम मंज़िल चिट्ठी शादी बारात दुनिया तलाश बाज़ी'),
      x: words('राधा मीरा अर्जुन विजय लक्ष्मी सीता राम रज़िया फ़रहान अंजलि ज़ोया राहुल सुनीता'),
      c: words('मुंबई दिल्ली लखनऊ कोलकाता बनारस कश्मीर जयपुर आगरा गोवा'),
    },
    sequels: phrases(' 2| 3|: भाग दो|: वापसी'),
    subtitles: phrases(': शुरुआत|: एक प्रेम कहानी'),
  },
  thai: {
    share: 700,
    patterns: phrases(
      '{n}{a}|{n}ที่{c}|รัก{a}|คืน{a}|{n}ของ{x}|รักที่{c}|คืนหนึ่งที่{c}|{n}กับ{n}|{x}กับ{x}|' +
        '{n}|{n} {num}|ผี{n}|{a}นะ {x}',
    ),
    words: {
      n: words(`บ้าน เด็ก แม่ พ่อ ครู หมอ ทหาร เสือ ช้าง แม่น้ำ ทะเล ภูเขา โรงเรียน รถไฟ จดหมาย
        เพลง ฝัน ดาว พระจันทร์ ฤดูฝน น้องสาว พี่ชาย เพื่อน นักมวย เจ้าสาว ปีศาจ วัด ตลาด`),
      a: words(`สุดท้าย ต้องห้าม ที่รัก แสนหวาน เหงา หลอน ไม่ลืม ครั้งแรก อันตราย ซ่อนเร้น ใหม่
        เก่า`),
      x: words('สมชาย มะลิ ดาว แก้ว ป้าน้อย ลุงดำ น้องหนู เจ้าพลอย'),
      c: words('กรุงเทพ เชียงใหม่ ภูเก็ต อยุธยา ขอนแก่น เกาะสมุย หัวหิน อีสาน'),
      num: words('2 3 7 13 2499 2500 100'),
    },
    sequels: phrases(' 2| 3| ภาค 2'),
    subtitles: phrases(' ตอนจบ| ตำนานรัก'),
  },
  japanese: {
    share: 1400,
    patterns: phrases(
      '{n}の{n}|{a}{n}|{n}と{n}|{k}|{k}の{n}|愛の{n}|夜の{n}|{n}の夜|{n}と愛|{c}物語|{c}の{n}|{k}・{k}|{n}|' +
        '{v}{n}|{c}の夜|{n}が{v2}|さよなら、{n}|{k}と{n}',
    ),
    words: {
      n: words(`海 山 川 空 風 雨 雪 花 桜 月 星 太陽 森 島 町 村 家 橋 駅 電車 手紙 歌 夢 嘘 秘密 約束 記憶 少年 少女 母 父 姉 弟 先生 侍 忍者
        刑事 医者 王様 猫 犬 狐 狼 鳥 鯨 魚 人形 時計 鏡 鍵 涙 心 旅 祭り`),
      a: words(
        '赤い 青い 白い 黒い 小さな 大きな 遠い 長い 静かな 優しい 最後の 最初の 冷たい 美しい 悲しい',
      ),
      v: words('眠る 歩く 泣く 笑う 消えた 走る 踊る 待つ 燃える 生まれた'),
      v2: words('眠る 泣く 笑う 消えた 走る 落ちる 燃える 聞こえる 止まった'),
      k: words(`ラブ ナイト ロード スター ヒーロー コーヒー バタフライ スクール ミステリー ドリーム サマー ブルース ダンサー エンジェル メモリー ロボット キャット
        パーティー ストーリー フラワー カレー`),
      c: words('東京 京都 大阪 札幌 横浜 長崎 沖縄 鎌倉 神戸 広島 浅草 新宿'),
    },
    sequels: phrases('2|II|3| 完結編|・続編'),
    subtitles: phrases(' 劇場版| はじまりの日| THE MOVIE'),
  },
  korean: {
    share: 900,
    patterns: phrases(
      '{n}|{a} {n}|{n}의 {n}|{n}와 {n2}|사랑의 {n}|밤의 {n}|{c}의 밤|{c}의 사랑|나의 {n}|{x}와 {x2}|{x}|' +
        '{n} 없는 {n}|{c} {n}|그 {n}|사랑과 {n}',
    ),
    words: {
      n: words(`바다 하늘 나무 거리 다리 소녀 소년 어머니 아버지 누나 형사 의사 선생님 가족 비밀 약속 기억 편지 노래 꿈 여행 전쟁 겨울 여름 봄비 눈물 마음
        시간 열차 학교 마을 섬 달빛 그림자 거울 왕 검객 도시`),
      n2: words('바다 나비 고양이 호랑이 친구 그림자 소나기 아이 도깨비 여우'),
      a: words(
        '마지막 아름다운 차가운 뜨거운 외로운 하얀 검은 푸른 작은 위험한 수상한 조용한 낯선',
      ),
      x: words('영희 순이 민수 은주 지수 소희 미나'),
      x2: words('철수 영수 진호 수진 하나 준호 태수'),
      c: words('서울 부산 제주 인천 대구 광주 강릉 종로 강남'),
    },
    sequels: phrases('2| 2| 3|: 두 번째 이야기|: 귀환'),
    subtitles: phrases(': 더 비기닝|: 사랑 이야기'),
  },
  chinese: {
    share: 1100,
    patterns: phrases(
      '{n}{n}|{a}{n}|{n}之{n}|{c}{n}|爱在{c}|夜{c}|{n}与{n}|{c}之夜|{c}爱情|我的{n}|{n}的{n}|{v}{n}|爱{n}|' +
        '{a}之夜|{n}传奇|没有{n}的{n}',
    ),
    words: {
      n: words(`春天 江湖 大海 月亮 太阳 少年 姑娘 父亲 母亲 兄弟 女人 刀客 剑 龙 虎 狐狸 蝴蝶 梅花 青春 秘密 记忆 故事 火车 城市 村庄 河流 雪山 风 雨
        歌 梦 影子 镜子 老师 警察 杀手 皇帝 将军 孩子 英雄`),
      a: words('最后的 红色 黑色 白色 金色 孤独的 沉默的 遥远的 疯狂的 神秘 美丽的 失落的 无名'),
      v: words('寻找 再见 追捕 遇见 告别 保卫 拯救 等待 决战'),
      c: words('上海 北京 香港 台北 长安 重庆 苏州 西安 广州 江南 天山 桂林'),
    },
    sequels: phrases('2|II|3|续集|之归来'),
    subtitles: phrases('前传|大结局|外传'),
  },
};

// mulberry32: a small seeded generator, so that the catalogue is the same on every run.
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

function parse(lines: string): Film[] {
  return lines
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => ({ title: line.slice(5), year: Number(line.slice(0, 4)) }));
}

function languageOf(title: string): Language {
  const scripts: [RegExp, string][] = [
    [/\p{Script=Hiragana}|\p{Script=Katakana}/u, 'japanese'],
    [/\p{Script=Hangul}/u, 'korean'],
    [/\p{Script=Han}/u, 'chinese'],
    [/\p{Script=Cyrillic}/u, 'russian'],
    [/\p{Script=Greek}/u, 'greek'],
    [/\p{Script=Arabic}/u, 'arabic'],
    [/\p{Script=Hebrew}/u, 'hebrew'],
    [/\p{Script=Devanagari}/u, 'hindi'],
    [/\p{Script=Thai}/u, 'thai'],
  ];
  const name = scripts.find(([pattern]) => pattern.test(title))?.[1] ?? 'english';
  return languages[name] as Language;
}

/** The films with real titles, and nothing else. */
function realFilms(): Film[] {
  return [
    realLatin,
    realCyrillic,
    realGreek,
    realArabic,
    realHebrew,
    realDevanagari,
    realThai,
    realJapanese,
    realKorean,
    realChinese,
  ].flatMap(parse);
}

/** The whole catalogue: 20,000 films, each title and year once, always in the same order. */
export function filmCatalogue(): Film[] {
  const random = generator(20_261_130);
  const pick = <T>(list: T[]): T => list[Math.floor(random() * list.length)] as T;
  const year = (): number => 1930 + Math.floor(Math.sqrt(random()) * 96);
  const films: Film[] = [];
  const seen = new Set<string>();
  const titles = new Set<string>();
  const add = (title: string, when: number): boolean => {
    const key = `${title}\n${when}`;
    if (seen.has(key)) {
      return false;
    }
    seen.add(key);
    titles.add(title);
    films.push({ title, year: when });
    return true;
  };

  const real = realFilms();
  for (const film of real) {
    add(film.title, film.year);
  }
  for (const title of neighbours.trim().split(/[|\n]/)) {
    add(title, year());
  }

  // Sequels and remakes of the real films; a film with real sequels gets no invented ones.
  const alone = real.filter(
    (film) =>
      !/[\dI]$/.test(film.title) &&
      real.every((other) => other.title === film.title || !other.title.startsWith(film.title)),
  );
  while (films.length < realLooking) {
    const film = pick(alone);
    const language = languageOf(film.title);
    const kind = random();
    const later = Math.min(2025, film.year + 1 + Math.floor(random() * 12));
    if (kind < 0.55) {
      const title = film.title + pick(language.sequels);
      if (!titles.has(title)) {
        add(title, later);
      }
    } else if (kind < 0.7) {
      const title = film.title + pick(language.subtitles);
      if (!titles.has(title)) {
        add(title, later);
      }
    } else {
      add(film.title, year());
    }
  }

  const fill = (language: Language): string => {
    const used = new Set<string>();
    return pick(language.patterns).replace(/\{(\w+)\}/g, (_, slot: string) => {
      const list = language.words[slot] as string[];
      let word = pick(list);
      while (used.has(word)) {
        word = pick(list);
      }
      used.add(word);
      return word;
    });
  };
  // The small agreements that the word lists cannot give: a/an, l' and d', 와/과.
  const agreed = (title: string, language: Language): string => {
    if (language === languages.english) {
      return title.replace(/^A (?=[AEIOU])/, 'An ');
    }
    if (language === languages.french) {
      return title
        .replace(/(^| )([Ll])[ea] (?=[aâeéèêiîoôuh](?!éros))/g, "$1$2'")
        .replace(/ de (?=[AEÉHIO])/g, " d'");
    }
    return title.replace(/([가-힣])와 /g, (text, syllable: string) =>
      (syllable.charCodeAt(0) - 0xac00) % 28 === 0 ? text : `${syllable}과 `,
    );
  };
  const capital = (title: string): string => title.charAt(0).toUpperCase() + title.slice(1);

  const shares = Object.values(languages);
  const sum = shares.reduce((total, language) => total + language.share, 0);
  const left = most - films.length;
  const ends = shares.map((_, index) => {
    const upTo = shares.slice(0, index + 1).reduce((total, each) => total + each.share, 0);
    return realLooking + Math.round((left * upTo) / sum);
  });
  for (const [index, language] of shares.entries()) {
    while (films.length < (ends[index] as number)) {
      const decoration = random();
      let title = agreed(capital(fill(language)), language);
      if (decoration < 0.08) {
        title += pick(language.sequels);
      } else if (decoration < 0.12) {
        title += pick(language.subtitles);
      }
      if (titles.has(title) && random() < 0.95) {
        continue;
      }
      add(title, year());
    }
  }
  return films;
}
